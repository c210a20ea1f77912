import { createHmac } from "node:crypto";
import { expect, test } from "vitest";
import { signInAs } from "../../../test/kit/member.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { listBounces, settleBounce } from "../../domain/bounces.ts";
import { seconds } from "../../lib/clock.ts";
import { urls } from "../../web/urls.ts";

const secret = "a secret of thirty-two characters";
const settings = { MAIL_BOUNCE_SECRET: secret };
const fields = { kind: "hard", recipient: "alice@demo.example", status: "5.1.1", reason: "550 no such user" };
const bounceNow = (portal: Portal) => ({ ...fields, at: seconds(portal.clock) });

const sign = (body: string | Buffer, key = secret) => `sha256=${createHmac("sha256", key).update(body).digest("hex")}`;

async function post(portal: Portal, body: string | Buffer, headers: Record<string, string> = {}): Promise<Response> {
  return portal.app.request(urls.mailBounces, {
    method: "POST",
    headers: { "content-type": "application/json", "x-signature": sign(body), ...headers },
    body: typeof body === "string" ? body : new Uint8Array(body),
  });
}

test("a signed bounce is kept, told again it adds nothing, and its member reads where to correct the address", async () => {
  const portal = await startPortal({ settings });
  const body = JSON.stringify(bounceNow(portal));
  for (const word of ["kept", "known"]) {
    const answer = await post(portal, body);
    expect([answer.status, await answer.text()]).toEqual([200, word]);
  }
  expect(listBounces(portal)).toHaveLength(1);
  const alice = await signInAs(portal, "P0001");
  const page = await alice.get(urls.dashboard);
  expect(page.text).toContain("Nous n’avons pas pu écrire à l’adresse alice@demo.example");
  expect(page.text).toContain(`href="${urls.dossierContact}"`);
  const bob = await signInAs(portal, "P0002");
  expect((await bob.get(urls.dashboard)).text).not.toContain("pas pu écrire");
});

test("a later one opens anew what somebody has settled, the same post sent again does not", async () => {
  const portal = await startPortal({ settings });
  const [first, early] = [bounceNow(portal), { ...bounceNow(portal), at: seconds(portal.clock) + 299 }];
  const answers: string[] = [];
  const tell = async (body: object) => void answers.push(await (await post(portal, JSON.stringify(body))).text());
  await tell(first);
  await tell(early);
  portal.advance({ minutes: 1 });
  const { bounceId } = listBounces(portal)[0]!;
  settleBounce(portal, { bounceId, staff: "adviser@demo.example" });
  portal.advance({ minutes: 1 });
  await tell(first);
  await tell(early);
  expect(listBounces(portal)).toEqual([]);
  await tell(bounceNow(portal));
  expect(answers).toEqual(["kept", "known", "known", "known", "kept"]);
  expect(listBounces(portal)).toMatchObject([{ bounceId, isStopped: true, kind: "hard" }]);
});

test("is believed for five minutes: at −1 s, 0 and +1 s, before and after", async () => {
  const portal = await startPortal({ settings });
  for (const [away, status] of [
    [299, 200],
    [300, 200],
    [301, 403],
  ] as const) {
    for (const at of [seconds(portal.clock) - away, seconds(portal.clock) + away])
      expect([away, (await post(portal, JSON.stringify({ ...fields, at }))).status]).toEqual([away, status]);
  }
});

test("without the secret nobody posts there", async () => {
  const portal = await startPortal();
  expect((await post(portal, JSON.stringify(bounceNow(portal)))).status).toBe(404);
});

test("what is not signed by who knows the secret is refused before it is read", async () => {
  const portal = await startPortal({ settings });
  const body = JSON.stringify(bounceNow(portal));
  const wrong = [
    "",
    "sha256=",
    "sha256=00",
    `sha256=${"0".repeat(64)}`,
    sign(body).slice(7),
    sign(`${body} `),
    sign(body, "another secret of the same length"),
    sign(body).replace("sha256", "sha1"),
    `${sign(body)}, ${sign(body)}`,
  ];
  for (const signature of wrong) {
    expect([signature, (await post(portal, body, { "x-signature": signature })).status]).toEqual([signature, 403]);
    expect((await post(portal, "{", { "x-signature": signature })).status).toBe(403);
  }
  expect(listBounces(portal)).toEqual([]);
});

test("what is signed and no bounce is malformed, never a fault of ours", async () => {
  const portal = await startPortal({ settings });
  const odd: (string | Buffer)[] = [
    "",
    "{",
    "null",
    "[]",
    '"hard"',
    JSON.stringify(fields),
    JSON.stringify({ ...fields, at: "yesterday" }),
    JSON.stringify({ ...bounceNow(portal), kind: "loud" }),
    JSON.stringify({ ...bounceNow(portal), recipient: 3 }),
    JSON.stringify({ ...bounceNow(portal), status: "550" }),
    JSON.stringify({ ...bounceNow(portal), recipient: "a".repeat(255) }),
    JSON.stringify({ ...bounceNow(portal), messageId: { $ne: "" } }),
    `${"[".repeat(8_000)}`,
    Buffer.from([0xff, 0xfe, 0x7b]),
  ];
  for (const body of odd) expect([String(body), (await post(portal, body)).status]).toEqual([String(body), 400]);
  expect((await post(portal, JSON.stringify({ ...bounceNow(portal), more: "x".repeat(17_000) }))).status).toBe(413);
  expect((await post(portal, JSON.stringify({ ...bounceNow(portal), more: "x".repeat(80_000) }))).status).toBe(413);
  expect(listBounces(portal)).toEqual([]);
});

test("only this address, only this verb, goes without a form of ours", async () => {
  const portal = await startPortal({ settings });
  const body = JSON.stringify(bounceNow(portal));
  for (const path of ["/mail/bounces/", "/mail", "/login", "//mail/bounces"]) {
    const answer = await portal.app.request(path, {
      method: "POST",
      headers: { "x-signature": sign(body), "content-type": "application/json" },
      body,
    });
    expect([path, answer.status]).toEqual([path, 400]);
  }
  expect((await portal.app.request(urls.mailBounces)).status).toBe(404);
});
