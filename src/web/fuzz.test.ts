import fc from "fast-check";
import { expect, test } from "vitest";
import { demoPassword } from "../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../test/kit/portal.ts";
import type { Env } from "./env.ts";

const form = "application/x-www-form-urlencoded";
const answersToForms = [303, 400, 403, 404, 410, 413, 422, 429];
const answersToAddresses = [200, 204, 303, 400, 404, 410, 422];

type Ask = { path: string; method?: string; body?: BodyInit | null; headers?: Record<string, string> };

/** Sends one request, each from an address of its own so that the throttle does not answer them all. */
function fuzzer(portal: Portal) {
  let sent = 0;
  return async ({ path, method = "POST", body = null, headers = {} }: Ask): Promise<number> => {
    const all = { origin: portal.config.origin, "content-type": form, ...headers };
    const request = new Request(portal.config.origin + path, { method, body, headers: all });
    const remoteAddress = `10.${sent >> 16}.${(sent >> 8) & 255}.${sent++ & 255}`;
    const response = await portal.app.fetch(request, {
      incoming: { headers: all, socket: { remoteAddress } },
    } as unknown as Env["Bindings"]);
    await response.arrayBuffer();
    return response.status;
  };
}

const nasty = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.string({ unit: "grapheme", maxLength: 100 }),
  fc.constantFrom(
    "",
    "\0",
    "%00",
    "on",
    "null",
    "__proto__",
    "\ufffe",
    "a".repeat(5_000),
    " ".repeat(5_000),
    "\u202e",
    "10000001",
    demoPassword,
  ),
);
const names = fc.oneof(
  fc.constantFrom(
    "identifier",
    "password",
    "next",
    "charter",
    "username",
    "remember",
    "identifier[]",
    "password.x",
    "__proto__",
    "constructor",
    "toString",
    "",
  ),
  fc.string({ maxLength: 20 }),
);
const fields = fc.array(fc.tuple(names, nasty), { maxLength: 12 });

async function paths(portal: Portal): Promise<string[]> {
  const link = /\/activate\/[\w-]+/.exec(portal.mailsTo("david@demo.example")[0]!.text)![0];
  return ["/login", "/logout", link, "/activate/none", "/nowhere"];
}

const withoutFailure = (portal: Portal) =>
  expect(portal.logged.filter(({ level }) => level === "error" || level === "warn")).toEqual([]);

test("any fields with any values in any form give an answer, never a failure", async () => {
  const portal = await startPortal();
  const ask = fuzzer(portal);
  const places = await paths(portal);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...places), fields, async (path, entries) => {
      const body = new URLSearchParams(entries.map(([name, value]) => [name, value.toWellFormed()])).toString();
      expect(answersToForms).toContain(await ask({ path, body }));
    }),
    { numRuns: 250 },
  );
  withoutFailure(portal);
});

test("any bytes sent as a form of any kind give an answer, never a failure", async () => {
  const portal = await startPortal();
  const ask = fuzzer(portal);
  const places = await paths(portal);
  const types = [
    form,
    `${form}; charset=utf-8`,
    "multipart/form-data",
    "multipart/form-data; boundary=x",
    'multipart/form-data; boundary=""',
    "multipart/form-data; boundary=",
    "text/plain",
    "application/json",
    "x",
  ];
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc
      .string({ maxLength: 200 })
      .map((text) =>
        new TextEncoder().encode(`--x\r\nContent-Disposition: form-data; name="identifier"\r\n\r\n${text}\r\n--x--`),
      ),
    fc.string({ maxLength: 50 }).map((text) => new TextEncoder().encode(`--x\r\n${text}\r\n\r\n\r\n--x`)),
    fc
      .constantFrom(
        "=",
        "&",
        "&&&&",
        "=&=&=",
        "%",
        "%zz",
        "a=%FF",
        "a=%00",
        "+",
        "identifier=%F0%9F",
        "a=1".repeat(25_000),
      )
      .map((text) => new TextEncoder().encode(text)),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...places), fc.constantFrom(...types), bytes, async (path, type, body) => {
      expect(answersToForms).toContain(
        await ask({ path, body: Uint8Array.from(body), headers: { "content-type": type } }),
      );
    }),
    { numRuns: 250 },
  );
  withoutFailure(portal);
});

test("ten thousand fields, and two thousand parts, are an answer too", async () => {
  const portal = await startPortal();
  const ask = fuzzer(portal);
  const many = Array.from({ length: 10_000 }, (_, index) => `f${index}=`).join("&");
  expect(answersToForms).toContain(await ask({ path: "/login", body: many.slice(0, 65_000) }));
  const parts = Array.from(
    { length: 2_000 },
    (_, index) => `--x\r\nContent-Disposition: form-data; name=${index % 9}\r\n\r\n\r\n`,
  ).join("");
  expect(answersToForms).toContain(
    await ask({
      path: "/login",
      body: `${parts}--x--`,
      headers: { "content-type": "multipart/form-data; boundary=x" },
    }),
  );
});

test("any address, query and cookie give an answer, never a failure", async () => {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  const cookie = `session=${alice.cookies.get("session")}`;
  const ask = fuzzer(portal);
  const segment = fc.oneof(
    fc.constantFrom(
      "reimbursements",
      "dashboard",
      "login",
      "activate",
      "export.csv",
      "static",
      "..",
      "%2e",
      "%00",
      "%FF",
    ),
    fc.string({ maxLength: 20 }).map(encodeURIComponent),
  );
  const query = fc.array(
    fc.tuple(
      fc.constantFrom("q", "from", "to", "payer", "before", "after", "beneficiary", "lang", "next", "out"),
      nasty,
    ),
    { maxLength: 4 },
  );
  const cookies = fc.oneof(
    fc.constant(cookie),
    fc
      .string({ maxLength: 60 })
      .map((text) => `${cookie}; lang=${encodeURIComponent(text)}; session=${encodeURIComponent(text)}`),
    fc.constantFrom("session", "session=", "lang=%FF", ";;;", "session=%zz", "=x"),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.array(segment, { maxLength: 3 }),
      query,
      cookies,
      fc.constantFrom("partial", "full", ""),
      async (segments, entries, sent, kind) => {
        const search = new URLSearchParams(entries.map(([name, value]) => [name, value.toWellFormed()]));
        const headers = { cookie: sent, ...(kind && { "hx-request-type": kind }) };
        expect(answersToAddresses).toContain(
          await ask({ path: `/${segments.join("/")}?${search}`, method: "GET", headers }),
        );
      },
    ),
    { numRuns: 300 },
  );
  withoutFailure(portal);
});

test("any headers give an answer, never a failure", async () => {
  const portal = await startPortal();
  const ask = fuzzer(portal);
  const name = fc.constantFrom(
    "referer",
    "origin",
    "accept-language",
    "accept-encoding",
    "cookie",
    "x-forwarded-for",
    "hx-request-type",
    "hx-current-url",
    "sec-fetch-site",
    "content-type",
    "if-none-match",
    "range",
    "authorization",
  );
  const value = fc.oneof(
    fc.string({ unit: fc.constantFrom(..." !\"#$%&'()*+,-./09:;<=>?@AZ[\\]^_`az{|}~é"), maxLength: 200 }),
    fc.constantFrom("gzip;q=0", "br;q=0.000, gzip;q=0", "partial", "http://[", "about:blank", "bytes=0-1"),
  );
  const headers = fc.dictionary(name, value, { maxKeys: 6 });
  await fc.assert(
    fc.asyncProperty(
      headers,
      fc.constantFrom("GET", "HEAD", "POST"),
      fc.constantFrom("/", "/login", "/logout", "/dashboard", "/reimbursements"),
      async (sent, method, path) => {
        const status = await ask({
          path,
          method,
          body: method === "POST" ? "identifier=1&password=2" : null,
          headers: sent,
        });
        expect([...answersToForms, ...answersToAddresses]).toContain(status);
      },
    ),
    { numRuns: 300 },
  );
  withoutFailure(portal);
});
