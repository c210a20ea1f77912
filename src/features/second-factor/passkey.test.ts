import { beforeEach, expect, test } from "vitest";
import type { Browser } from "../../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { urls } from "../../web/urls.ts";
import { softAuthenticator } from "./passkey-kit.ts";
import { addApp, askedOf, codesOn, givePassword, sessionsOf } from "./second-factor-kit.ts";

/** Browsers know passkeys only on a site that has a name. */
const origin = "http://localhost:8080";
let portal: Portal;
beforeEach(async () => {
  portal = await startPortal({ settings: { ORIGIN: origin } });
});

async function signedIn(who = "alice", address = "127.0.0.2") {
  const browser = portal.browser(address);
  await browser.signIn(who);
  return browser;
}

/** Begins to add a passkey. @returns what the browser is asked for. */
const begin = async (browser: Browser) => askedOf(await browser.follow(await browser.post(urls.passkeysStart)));

/** Alice with a passkey, signed out. */
async function withPasskey(how: Parameters<typeof softAuthenticator>[1] = {}) {
  const alice = await signedIn("alice", "127.0.0.200");
  const authenticator = softAuthenticator(origin, how);
  const page = await alice.post(urls.passkeys, { credential: authenticator.create(await begin(alice)) });
  expect(page.location).toBe(urls.recoveryCodes);
  const codes = codesOn(await alice.follow(page));
  await alice.post(urls.logout);
  return { authenticator, codes };
}

/** The right password given. @returns the browser, and what it is asked for. */
async function atSecondStep(address = "127.0.0.5") {
  const browser = portal.browser(address);
  const page = await browser.follow(await givePassword(browser));
  return { browser, asked: askedOf(page), page };
}

test("a passkey is made for this host, without attestation, and opens sessions after the password", async () => {
  const alice = await signedIn();
  const options = await begin(alice);
  expect(options).toMatchObject({
    rp: { id: "localhost", name: "Espace Personnel SMENO" },
    attestation: "none",
    authenticatorSelection: { userVerification: "preferred" },
    excludeCredentials: [],
  });
  expect(JSON.stringify(options)).not.toContain("P0001");
  const authenticator = softAuthenticator(origin);
  const done = await alice.post(urls.passkeys, { credential: authenticator.create(options) });
  expect(codesOn(await alice.follow(done))).toHaveLength(10);
  await alice.post(urls.logout);
  const { browser, asked, page } = await atSecondStep();
  expect(asked).toMatchObject({ rpId: "localhost", userVerification: "preferred" });
  expect(asked.allowCredentials).toHaveLength(1);
  expect(page.document.querySelector('script[src*="passkey."]')).not.toBeNull();
  const opened = await browser.post(urls.loginPasskey, { credential: authenticator.get(asked), next: "/account" });
  expect([opened.status, opened.location]).toEqual([303, "/account"]);
  expect((await browser.get(urls.accountSecondFactor)).text).toMatch(/Clé d’accès \(/);
});

test("the page says what it needs when JavaScript is off, and has no button that could do nothing", async () => {
  await withPasskey();
  const { page } = await atSecondStep();
  const form = page.document.querySelector("form[data-passkey]")!;
  expect(form.querySelector("noscript")?.textContent).toContain("JavaScript");
  expect(form.querySelector("button")).toBeNull();
});

test("no passkey is offered at an address that browsers refuse one for", async () => {
  for (const [address, offered] of [
    ["http://127.0.0.1:8080", false],
    ["https://espace.example.fr", true],
    ["http://[::1]:8080", false],
    ["http://localhost:8080", true],
  ] as const) {
    const other = await startPortal({ settings: { ORIGIN: address } });
    const alice = other.browser();
    await alice.signIn("alice");
    const page = await alice.get(urls.accountSecondFactor);
    expect([address, page.document.querySelector(`form[action="${urls.passkeysStart}"]`) !== null]).toEqual([
      address,
      offered,
    ]);
    const begun = await alice.post(urls.passkeysStart);
    expect([address, begun.location]).toEqual([address, offered ? urls.passkeys : urls.accountSecondFactor]);
  }
});

test.each([
  ["made for another site", { origin: "https://evil.example" }],
  ["made for another host", { host: "evil.example" }],
  ["made without anybody there", { flags: 0x40 }],
  ["of another challenge", { challenge: "AAAA" }],
])("a passkey %s is not taken", async (_, wrong) => {
  const alice = await signedIn();
  const credential = softAuthenticator(origin).create(await begin(alice), wrong);
  const page = await alice.post(urls.passkeys, { credential });
  expect([page.status, page.document.querySelector("main [role=alert]")?.textContent]).toEqual([
    422,
    expect.stringContaining("n’a pas pu être vérifiée"),
  ]);
  expect(portal.db.$client.prepare("SELECT count(*) FROM second_factors").pluck().get()).toBe(0);
});

const malformed = ["", "null", "[]", "{}", "1", "{", '"id"', '{"id":{}}', '{"id":"a","rawId":"a","type":"public-key"}'];
const halves = [
  '{"id":"a","rawId":"a","type":"public-key","response":{"clientDataJSON":"e30"}}',
  '{"id":"a","rawId":"a","type":"public-key","response":{"clientDataJSON":{},"attestationObject":[]}}',
  '{"__proto__":{"id":"a"},"response":null}',
  `{"id":"${"a".repeat(19_900)}"}`,
  "x".repeat(30_000),
];

test.each([...malformed, ...halves])("an answer like %j is refused, and is no failure of ours", async (credential) => {
  const { authenticator } = await withPasskey();
  const alice = await atSecondStep();
  const good = JSON.parse(authenticator.get(alice.asked)) as object;
  const answers = [credential];
  // The right id with the rest of it.
  if (credential.startsWith("{") && credential.endsWith("}") && credential.length < 1_000)
    answers.push(JSON.stringify({ ...good, ...JSON.parse(credential), id: (good as { id: string }).id }));
  for (const text of answers) {
    const page = await alice.browser.post(urls.loginPasskey, { credential: text });
    // An answer that names the right passkey and spoils nothing else is one: its rawId must be spoilt too.
    expect([303, 422]).toContain(page.status);
    if (text === credential) expect(page.status).toBe(422);
  }
  const bob = await signedIn("bob", "127.0.0.3");
  await begin(bob);
  expect((await bob.post(urls.passkeys, { credential })).status).toBe(422);
  expect(portal.logged.filter(({ level }) => level === "error")).toEqual([]);
});

test.each([
  ["signed for another site", { origin: "https://evil.example" }],
  ["signed for another host", { host: "evil.example" }],
  ["signed without anybody there", { flags: 0 }],
  ["of another challenge", { challenge: "AAAA" }],
])("an answer %s opens nothing, and counts as a wrong code", async (_, wrong) => {
  const { authenticator } = await withPasskey();
  const { browser, asked } = await atSecondStep();
  const page = await browser.post(urls.loginPasskey, { credential: authenticator.get(asked, wrong) });
  expect([page.status, page.document.querySelector("#code-error")?.textContent]).toEqual([
    422,
    expect.stringContaining("votre clé d’accès n’a pas été reconnue"),
  ]);
  expect(
    portal.db.$client.prepare("SELECT attempts FROM challenges WHERE purpose = 'second_factor'").pluck().get(),
  ).toBe(1);
  expect(sessionsOf(portal)).toBe(0);
});

test("a signature of another key under the same name opens nothing", async () => {
  const { authenticator } = await withPasskey({ id: Buffer.alloc(32, 7) });
  const { browser, asked } = await atSecondStep();
  const forged = softAuthenticator(origin, { id: Buffer.alloc(32, 7) }).get(asked);
  expect((await browser.post(urls.loginPasskey, { credential: forged })).status).toBe(422);
  expect((await browser.post(urls.loginPasskey, { credential: authenticator.get(asked) })).status).toBe(303);
});

test("an answer given once opens nothing in another sign-in, whose challenge is another", async () => {
  const { authenticator } = await withPasskey();
  const first = await atSecondStep();
  const credential = authenticator.get(first.asked);
  expect((await first.browser.post(urls.loginPasskey, { credential })).status).toBe(303);
  const second = await atSecondStep("127.0.0.6");
  expect(second.asked.challenge).not.toBe(first.asked.challenge);
  expect((await second.browser.post(urls.loginPasskey, { credential })).status).toBe(422);
});

test("of 20 posts of one answer at once, one opens a session", async () => {
  const { authenticator } = await withPasskey({ count: 3 });
  const { browser, asked } = await atSecondStep();
  authenticator.setUses(4);
  const credential = authenticator.get(asked);
  const pages = await Promise.all(
    Array.from({ length: 20 }, (_, index) => {
      const copy = portal.browser(`10.0.0.${index}`);
      copy.cookies.set("challenge", browser.cookies.get("challenge")!);
      return copy.post(urls.loginPasskey, { credential });
    }),
  );
  expect(pages.filter(({ location }) => location === "/dashboard")).toHaveLength(1);
  expect(sessionsOf(portal)).toBe(1);
});

test.each([
  [4, 422],
  [5, 422],
  [6, 303],
])("after 5 uses a passkey that says %i answers %i: one that does not go on was copied", async (uses, status) => {
  const { authenticator } = await withPasskey({ count: 5 });
  const { browser, asked } = await atSecondStep();
  authenticator.setUses(uses);
  expect((await browser.post(urls.loginPasskey, { credential: authenticator.get(asked) })).status).toBe(status);
});

test("the passkey of somebody else opens nothing, and cannot be registered a second time", async () => {
  const { authenticator } = await withPasskey();
  const bob = await signedIn("bob", "127.0.0.3");
  await begin(bob).then(async (options) => {
    const page = await bob.post(urls.passkeys, { credential: authenticator.create(options) });
    expect(page.location).toBe(`${urls.accountSecondFactor}?lapsed`);
  });
  const his = softAuthenticator(origin);
  await bob.post(urls.passkeys, { credential: his.create(await begin(bob)) });
  const { browser, asked } = await atSecondStep();
  expect((await browser.post(urls.loginPasskey, { credential: his.get(asked) })).status).toBe(422);
});

test("ten passkeys at most, each excluded from being made anew", async () => {
  const alice = await signedIn();
  await addApp(portal, alice);
  for (let index = 0; index < 10; index++) {
    const options = await begin(alice);
    expect(options.excludeCredentials).toHaveLength(index);
    await alice.post(urls.passkeys, { credential: softAuthenticator(origin).create(options) });
  }
  expect((await alice.post(urls.passkeysStart)).location).toBe(urls.accountSecondFactor);
});

test("with a passkey alone, a recovery code is the way in when it is lost", async () => {
  const { codes } = await withPasskey();
  const { browser, page } = await atSecondStep();
  expect(page.document.querySelector(`form[action="${urls.loginMailCode}"]`)).toBeNull();
  expect((await browser.post(urls.loginSecondFactor, { code: codes[9]! })).location).toBe("/dashboard");
});
