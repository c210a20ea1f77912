import { createServer, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { expect, onTestFinished, test } from "vitest";
import { Browser, type Page } from "../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../test/kit/portal.ts";
import { createApp } from "../app.tsx";
import { createPasswords } from "../platform/passwords.ts";

const https = { ORIGIN: "https://espace.example.fr" };

/** One answer of every kind the portal gives. */
async function everyAnswer(portal: Portal): Promise<[string, Page][]> {
  const visitor = portal.browser();
  const alice = portal.browser();
  const evil = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
  const signedIn = await alice.signIn("alice");
  const style = /\/static\/app\.\w+\.css/.exec((await visitor.get("/")).text)![0];
  const answers: [string, Page][] = [
    ["200 page", await visitor.get("/")],
    ["200 private page", await alice.get("/reimbursements")],
    ["200 part", await alice.htmx("/reimbursements")],
    ["200 file", await alice.get("/reimbursements/export.csv")],
    ["200 text", await visitor.get("/healthz")],
    ["200 style", await visitor.get(style)],
    ["303 after a form", signedIn],
    ["303 to sign in", await visitor.get("/dashboard")],
    ["204 to sign in", await visitor.htmx("/dashboard")],
    ["400 form", await visitor.post("/login", {}, { "content-type": "text/plain" })],
    ["400 address", await alice.get("/reimbursements?before=x")],
    ["403", await visitor.post("/login", {}, evil)],
    ["404", await visitor.get("/nowhere")],
    ["404 file", await visitor.get("/static/nothing.js")],
    ["404 private", await alice.get("/reimbursements/none")],
    ["410", await visitor.get("/activate/none")],
    ["413", await visitor.post("/login", { identifier: "a".repeat(70_000) })],
    ["422 form", await visitor.post("/login")],
    ["422 search", await alice.get("/reimbursements?from=x")],
  ];
  for (let index = 0; index < 5; index++) await visitor.signIn("bob", "Wrong-pass-1");
  answers.push(["429", await visitor.signIn("bob", "Wrong-pass-1")]);
  const full = new Browser(
    createApp({ ...portal, passwords: createPasswords({ memoryCost: 64, timeCost: 1 }, 0) }),
    portal.config.origin,
    "127.0.0.8",
  );
  const crowd = await Promise.all(Array.from({ length: 8 }, () => full.signIn("chloe")));
  answers.push(["503", crowd.find(({ status }) => status === 503)!]);
  portal.db.$client.exec("DROP TABLE charter_versions");
  answers.push(["500", await visitor.get("/charter")]);
  return answers;
}

test("3.1 every answer, refusals and failures too, has the status it should and the headers that protect", async () => {
  const portal = await startPortal({ settings: https });
  for (const [kind, { status, headers }] of await everyAnswer(portal)) {
    const has = (name: string) => [kind, headers.get(name)];
    expect([kind, status]).toEqual([kind, Number(kind.slice(0, 3))]);
    expect(has("x-content-type-options")).toEqual([kind, "nosniff"]);
    expect(has("x-frame-options")).toEqual([kind, "DENY"]);
    expect(has("referrer-policy")).toEqual([kind, "same-origin"]);
    expect(has("cross-origin-opener-policy")).toEqual([kind, "same-origin"]);
    expect(has("cross-origin-resource-policy")).toEqual([kind, "same-origin"]);
    expect(has("strict-transport-security")).toEqual([kind, "max-age=63072000; includeSubDomains"]);
    expect(has("access-control-allow-origin")).toEqual([kind, null]);
    expect(has("server")).toEqual([kind, null]);
    expect(has("x-powered-by")).toEqual([kind, null]);
    const policy = Object.fromEntries(
      (headers.get("content-security-policy") ?? "").split("; ").map((part) => part.split(/ (.*)/)),
    );
    expect([kind, policy]).toEqual([
      kind,
      {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self'",
        "connect-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "object-src": "'none'",
        "frame-ancestors": "'none'",
      },
    ]);
    if (status !== 204 && status !== 303) expect(has("content-type")[1]).toMatch(/; charset=utf-8$/);
    expect([kind, Number(headers.get("retry-after")) > 0]).toEqual([kind, status === 429 || status === 503]);
    if (kind !== "200 style") expect(headers.get("cache-control")).toContain("no-store");
  }
});

test("over plain http, on this machine, nothing is said of https", async () => {
  const portal = await startPortal();
  for (const path of ["/", "/login", "/nowhere"])
    expect((await portal.browser().get(path)).headers.get("strict-transport-security")).toBeNull();
});

test("no page has a script, a style, a handler or an address that the policy would stop, nor one of another host", async () => {
  const portal = await startPortal();
  for (const [kind, { document, headers }] of await everyAnswer(portal)) {
    if (!headers.get("content-type")?.startsWith("text/html")) continue;
    for (const element of document.querySelectorAll("*"))
      for (const { name, value } of element.attributes) {
        expect([kind, name]).not.toEqual([kind, "style"]);
        expect(name).not.toMatch(/^(?:on|hx-on)/);
        if (["src", "action", "hx-get", "hx-post"].includes(name)) expect(value).toMatch(/^\/(?!\/)/);
        if (name === "href")
          expect(value).toMatch(/^(?:\/(?!\/)|#|tel:\+|mailto:[\w.]+@smeno\.fr$|https:\/\/www\.smeno\.com$)/);
      }
    for (const script of document.querySelectorAll("script")) expect(script.textContent).toBe("");
    expect(document.querySelectorAll("style, iframe, object, embed, base")).toHaveLength(0);
  }
});

test("a failure tells its reference and nothing else: no stack, no path, no SQL; the log has the rest under that reference", async () => {
  const portal = await startPortal();
  portal.db.$client.exec("DROP TABLE charter_versions");
  for (const [lang, title] of [
    ["fr", "Problème de notre côté"],
    ["en", "Problem on our side"],
  ]) {
    const page = await portal.browser().get(`/charter?lang=${lang}`);
    expect([page.status, page.document.querySelector("h1")?.textContent]).toEqual([500, title]);
    expect(page.text).not.toMatch(/charter_versions|SqliteError|\bat .*:\d+:\d+|node_modules|\.tsx?\b/);
    const reference = /: ([\w-]{8,})$/.exec(page.document.querySelector("main .hint")?.textContent ?? "")![1];
    const failure = portal.logged.find(({ level, fields }) => level === "error" && fields.request === reference);
    expect(String(failure?.fields.error)).toContain("charter_versions");
  }
  expect((await portal.browser().get("/login")).status).toBe(200);
});

test("when the base cannot be read, the sign-in fails closed with a page, and liveness still answers", async () => {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  portal.db.$client.exec("DROP TABLE line_payments; DROP TABLE lines");
  expect((await alice.get("/reimbursements")).status).toBe(500);
  portal.db.$client.exec("PRAGMA query_only = ON");
  const refused = await portal.browser().signIn("bob");
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "60"]);
  const ready = await portal.browser().get("/readyz");
  expect([ready.status, ready.text]).toEqual([503, "the database cannot be written"]);
  expect((await portal.browser().get("/healthz")).text).toBe("ok");
});

test("on a full disk nothing is acknowledged, pages are still read, and all is well once there is room", async () => {
  const portal = await startPortal();
  const [alice, david] = [portal.browser(), portal.browser()];
  await alice.signIn("alice");
  const { page_count: pages } = portal.db.$client.prepare("PRAGMA page_count").get() as { page_count: number };
  portal.db.$client.pragma(`max_page_count = ${pages}`);
  const link = /\/activate\/[\w-]+/.exec(portal.mailsTo("david@demo.example")[0]?.text ?? "")![0];
  const form = { password: "Longue-Phrase-2026", charter: "on" };
  let answer = await david.post(link, form);
  // A few rows may still fit in the pages there are.
  for (let tries = 0; tries < 300 && answer.status !== 503; tries++)
    answer = await portal.browser(`127.0.9.${tries}`).signIn("bob");
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "60"]);
  expect((await alice.get("/reimbursements")).status).toBe(200);
  portal.db.$client.pragma("max_page_count = 1000000");
  expect((await portal.browser("127.0.8.1").signIn("bob")).status).toBe(303);
});

test("a form that breaks off on its way is malformed, not a failure of ours", async () => {
  const portal = await startPortal();
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode("identifier=1"));
      controller.error(new Error("aborted"));
    },
  });
  const headers = { "content-type": "application/x-www-form-urlencoded", origin: portal.config.origin };
  const page = await portal.browser().send("/login", { method: "POST", headers, body, duplex: "half" } as RequestInit);
  expect(page.status).toBe(400);
  expect(portal.logged.filter(({ level }) => level === "error")).toEqual([]);
});

test.each([
  ["isMailWorkerAlive", "the mail worker has stopped"],
  ["isTextWorkerAlive", "the worker of text messages has stopped"],
])("the portal is not ready when %s says no", async (name, told) => {
  const portal = await startPortal();
  expect((await portal.browser().get("/readyz")).text).toBe("ok");
  const app = createApp({ ...portal, [name]: () => false });
  const answer = await new Browser(app, portal.config.origin, "127.0.0.1").get("/readyz");
  expect([answer.status, answer.text]).toEqual([503, told]);
});

test("files that are none of the public ones are not served, however they are asked for", async () => {
  const portal = await startPortal();
  for (const path of [
    "/.git/config",
    "/.env",
    "/package.json",
    "/espace.db",
    "/var/espace.db",
    "/dist/main.js",
    "/static/",
    "/static/names.json",
    "/static/..%2fmain.js",
    "/static/%2e%2e/main.js",
    "/static/app.css",
    "/static/app.css.br",
    "/static/..%5cmain.js",
    "/static/%00",
    "/metrics",
    "/debug",
  ])
    expect([path, (await portal.browser().get(path)).status]).toEqual([path, 404]);
});

/** The real parser of requests, for what no browser would send. */
async function serve(portal: Portal): Promise<(request: string) => Promise<string>> {
  const server: Server = createServer(getRequestListener(portal.app.fetch));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  const { port } = server.address() as AddressInfo;
  return (request) =>
    new Promise((resolve, reject) => {
      const socket = connect(port, "127.0.0.1", () => socket.end(request));
      let answer = "";
      socket.setEncoding("utf8");
      socket.on("data", (text) => {
        answer += text;
      });
      socket.on("close", () => resolve(answer));
      socket.on("error", reject);
    });
}

const request = (line: string, ...headers: string[]) =>
  `${[`${line} HTTP/1.1`, ...headers, "Connection: close"].join("\r\n")}\r\n\r\n`;
const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);

test.each(["TRACE", "PROPFIND", "FOO", "LOCK", "OPTIONS", "PUT", "DELETE", "PATCH", "M-SEARCH"])(
  "the method %s is refused as the fault of whoever asks, on every page",
  async (method) => {
    const portal = await startPortal();
    const ask = await serve(portal);
    for (const path of ["/", "/login", "/dashboard", "/reimbursements", "/healthz", "/nowhere", "*"]) {
      const answer = await ask(request(`${method} ${path}`, "Host: 127.0.0.1:8080", "Cookie: session=secret-value"));
      expect([path, statusOf(answer)]).toEqual([
        path,
        expect.toSatisfy((status: number) => status >= 400 && status < 500),
      ]);
      expect(answer).not.toContain("secret-value");
    }
  },
);

test("whatever a request calls this host, no page, no redirection and no cookie repeats it", async () => {
  const portal = await startPortal();
  const ask = await serve(portal);
  const tricks: [string, string[]][] = [
    ["/login", ["Host: evil.example"]],
    ["/login", ["Host: evil.example:8080"]],
    ["/dashboard", ["Host: evil.example", "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https"]],
    ["/login", ["Host: 127.0.0.1:8080", "X-Forwarded-Host: evil.example", "Forwarded: host=evil.example"]],
    ["/login", ["Host: 127.0.0.1:8080", "X-Original-URL: //evil.example", "X-Rewrite-URL: //evil.example"]],
    ["http://evil.example/login", ["Host: 127.0.0.1:8080"]],
    ["http://evil.example/dashboard", ["Host: evil.example"]],
    ["/login", ["Host: evil.example/"]],
    ["/login", ["Host: evil.example@127.0.0.1"]],
    ["/login", ["Host: a b"]],
    ["/login", ["Host: "]],
  ];
  for (const [path, headers] of tricks) {
    const answer = await ask(request(`GET ${path}`, ...headers));
    expect([headers, statusOf(answer)]).toEqual([
      headers,
      expect.toSatisfy((status: number) => status >= 200 && status < 500),
    ]);
    expect(answer).not.toContain("evil");
  }
});

test.each([
  "//evil.example/x",
  "///evil.example",
  "/\\evil.example",
  "//evil.example/reimbursements?q=1",
  "/%5cevil.example",
  "/..//evil.example",
  "//",
  "//?",
  "//%",
  "/%ff",
])("an address like %s is no page, and its link to the other language stays on this host", async (path) => {
  const portal = await startPortal();
  const ask = await serve(portal);
  const answer = await ask(request(`GET ${path}`, "Host: 127.0.0.1:8080"));
  expect([400, 404]).toContain(statusOf(answer));
  const link = /<a href="([^"]*)" hreflang="en"/.exec(answer)?.[1];
  expect(new URL(link?.replaceAll("&amp;", "&") ?? "/", portal.config.origin).host).toBe("127.0.0.1:8080");
  expect((await ask(request(`GET ${path}?lang=en`, "Host: 127.0.0.1:8080"))).match(/^location:.*$/im)).toBeNull();
});

test("a link in a mail is made of the address of the settings, whatever hosts are about", async () => {
  const portal = await startPortal({ settings: https });
  const { invite } = await import("../domain/invitations.ts");
  await portal.browser().get("/login", { host: "evil.example", "x-forwarded-host": "evil.example" });
  expect(invite(portal, "P0004", "operator")).toBe(true);
  const mail = portal.mailsTo("david@demo.example").at(-1)!;
  expect(mail.text).toContain("https://espace.example.fr/activate/");
  for (const part of [mail.text, mail.html])
    for (const [, host] of part.matchAll(/https?:\/\/([^/\s"<]+)/g))
      expect(["espace.example.fr", "www.smeno.com"]).toContain(host);
});

test("a body over the limit is refused with a page in the language of the person, declared or not", async () => {
  const portal = await startPortal();
  for (const [lang, title] of [
    ["fr", "Envoi trop volumineux"],
    ["en", "Too large"],
  ] as const) {
    const browser = portal.browser();
    const page = await browser.post(`/login?lang=${lang}`, { identifier: "a".repeat(64 * 1024) });
    expect(page.status).toBe(413);
    expect(page.document.documentElement.getAttribute("lang")).toBe(lang);
    expect(page.document.querySelector("h1")?.textContent).toContain(title);
  }
  const chunks = new ReadableStream({
    pull(controller) {
      controller.enqueue(new TextEncoder().encode("identifier=a&".repeat(1_000)));
    },
  });
  const init = {
    method: "POST",
    body: chunks,
    duplex: "half",
    headers: { "content-type": "application/x-www-form-urlencoded", origin: portal.config.origin },
  };
  expect((await portal.browser().send("/login", init as RequestInit)).status).toBe(413);
});
