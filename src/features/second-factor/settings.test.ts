import { expect, test } from "vitest";
import type { Browser } from "../../../test/kit/browser.ts";
import { demoPassword } from "../../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { urls } from "../../web/urls.ts";
import { addApp, codeOf, codesOn, giveCode, givePassword, withApp } from "./second-factor-kit.ts";

async function signedIn(portal: Portal, who = "alice", address = "127.0.0.2") {
  const browser = portal.browser(address);
  await browser.signIn(who);
  return browser;
}

const changes = (portal: Portal, recipient = "alice@demo.example") =>
  portal.mailsTo(recipient).filter(({ kind }) => kind === "second-factor.changed");
const facts = (portal: Portal) =>
  portal.db.$client
    .prepare<[], string>(
      "SELECT kind || ' ' || details FROM evidence WHERE kind LIKE 'second-%' OR kind LIKE 'recov%' ORDER BY sequence",
    )
    .pluck()
    .all();
const removeLinks = async (browser: Browser) =>
  [...(await browser.get(urls.accountSecondFactor)).document.querySelectorAll('form[action$="/remove"]')].map(
    (form) => form.getAttribute("action")!,
  );
const title = "Connexion en deux étapes";

test("it is off until somebody turns it on, and the page of the account leads to it", async () => {
  const portal = await startPortal();
  const alice = await signedIn(portal);
  const link = (await alice.get("/account")).document.querySelector(`a[href="${urls.accountSecondFactor}"]`);
  expect(link?.textContent).toBe(title);
  const page = await alice.get(urls.accountSecondFactor);
  expect(page.document.querySelector("h1")?.textContent).toBe(title);
  expect(page.document.querySelector("main")?.textContent).toContain("Rien n’est activé");
  expect(await removeLinks(alice)).toEqual([]);
});

test("no page calls a code by mail more than a second step", async () => {
  const portal = await startPortal();
  const alice = await signedIn(portal);
  const { text } = await alice.get(urls.accountSecondFactor);
  expect(text).not.toMatch(/MFA|authentification forte|multifacteur|double authentification|strong authentication/i);
});

test("an app is added with its first code: a picture, the key in groups of four, and ten recovery codes", async () => {
  const portal = await startPortal();
  const alice = await signedIn(portal);
  const begun = await alice.post(urls.totpStart);
  expect([begun.status, begun.location]).toEqual([303, urls.totp]);
  const setup = await alice.get(urls.totp);
  const picture = setup.document.querySelector("svg")!;
  expect([picture.getAttribute("role"), picture.getAttribute("aria-label")]).toEqual([
    "img",
    expect.stringContaining("Code QR"),
  ]);
  const key = setup.document.querySelector("main code")!.textContent;
  expect(key).toMatch(/^(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}$/);
  const secret = key.replaceAll(" ", "");
  const address = new URL(setup.document.querySelector('a[href^="otpauth:"]')!.getAttribute("href")!);
  expect(address.searchParams.get("secret")).toBe(secret);
  expect(decodeURIComponent(address.pathname)).toBe("/Espace Personnel SMENO:alice@demo.example");
  // Nothing counts yet.
  expect((await portal.browser().signIn("alice")).location).toBe("/dashboard");
  const wrong = await alice.post(urls.totp, { code: "000000" });
  expect([wrong.status, wrong.document.querySelector("#code-error")?.textContent]).toEqual([
    422,
    expect.stringContaining("ce n’est pas le code que votre application devrait afficher"),
  ]);
  expect(wrong.document.querySelector("main code")?.textContent).toBe(key);
  const done = await alice.post(urls.totp, { code: codeOf(portal, secret) });
  expect([done.status, done.location]).toEqual([303, urls.recoveryCodes]);
  const codes = codesOn(await alice.follow(done));
  expect(new Set(codes).size).toBe(10);
  for (const code of codes) expect(code).toMatch(/^(?:\d{4} ){4}\d{4}$/);
  expect((await portal.browser().signIn("alice")).location).toBe(urls.loginSecondFactor);
  expect(facts(portal)).toEqual(['second-factor.added {"kind":"totp"}', "recovery-codes.made {}"]);
  expect(changes(portal).map(({ text }) => text)).toEqual([expect.stringContaining("Une application")]);
});

test("the codes are seen until their owner says to have kept them, and never again", async () => {
  const portal = await startPortal();
  const alice = await signedIn(portal);
  const { codes } = await addApp(portal, alice);
  expect(codesOn(await alice.get(urls.recoveryCodes))).toEqual(codes);
  // Another browser of the same person has not the cookie of the page.
  const elsewhere = portal.browser("127.0.0.3");
  elsewhere.cookies.set("session", alice.cookies.get("session")!);
  expect((await elsewhere.get(urls.recoveryCodes)).location).toBe(urls.accountSecondFactor);
  const kept = alice.cookies.get("challenge")!;
  expect((await alice.post(urls.recoveryCodesKept)).location).toBe(`${urls.accountSecondFactor}?kept`);
  alice.cookies.set("challenge", kept);
  expect((await alice.get(urls.recoveryCodes)).location).toBe(urls.accountSecondFactor);
});

test.each([
  [-1, 200],
  [0, 303],
  [1, 303],
])("the codes at 10 minutes %+d s answer %i", async (seconds, status) => {
  const portal = await startPortal();
  const alice = await signedIn(portal);
  await addApp(portal, alice);
  portal.advance({ minutes: 9 });
  await alice.post(urls.confirm, { password: demoPassword });
  portal.advance({ minutes: 1, seconds });
  expect((await alice.get(urls.recoveryCodes)).status).toBe(status);
});

test("somebody else's set-up is nobody's: neither key nor codes are shown", async () => {
  const portal = await startPortal();
  const [alice, bob] = [await signedIn(portal), await signedIn(portal, "bob", "127.0.0.3")];
  await alice.post(urls.totpStart);
  bob.cookies.set("challenge", alice.cookies.get("challenge")!);
  expect((await bob.get(urls.totp)).location).toBe(`${urls.accountSecondFactor}?lapsed`);
  expect((await bob.post(urls.totp, { code: "000000" })).location).toBe(`${urls.accountSecondFactor}?lapsed`);
  const { codes } = await addApp(portal, alice);
  expect(codes).toHaveLength(10);
  bob.cookies.set("challenge", alice.cookies.get("challenge")!);
  expect((await bob.get(urls.recoveryCodes)).location).toBe(urls.accountSecondFactor);
  await bob.post(urls.recoveryCodesKept);
  expect(codesOn(await alice.get(urls.recoveryCodes))).toEqual(codes);
});

test("a set-up hears five codes, lives ten minutes, and adds one app however often it is confirmed", async () => {
  const portal = await startPortal();
  const lapsed = `${urls.accountSecondFactor}?lapsed`;
  const alice = await signedIn(portal);
  await alice.post(urls.totpStart);
  for (let index = 0; index < 5; index++) expect((await alice.post(urls.totp, { code: "000000" })).status).toBe(422);
  expect((await alice.post(urls.totp, { code: "000000" })).location).toBe(lapsed);

  const setup = await alice.follow(await alice.post(urls.totpStart));
  const secret = setup.document.querySelector("main code")!.textContent.replaceAll(" ", "");
  const tries = Array.from({ length: 5 }, () => alice.post(urls.totp, { code: codeOf(portal, secret) }));
  const pages = await Promise.all(tries);
  expect(pages.filter(({ location }) => location === urls.recoveryCodes)).toHaveLength(1);
  expect(await removeLinks(alice)).toHaveLength(1);
  // There is one app at most.
  expect((await alice.post(urls.totpStart)).location).toBe(urls.accountSecondFactor);

  const bob = await signedIn(portal, "bob", "127.0.0.3");
  const late = await bob.follow(await bob.post(urls.totpStart));
  portal.advance({ minutes: 9 });
  await bob.post(urls.confirm, { password: demoPassword });
  portal.advance({ minutes: 1 });
  const key = late.document.querySelector("main code")!.textContent.replaceAll(" ", "");
  expect((await bob.post(urls.totp, { code: codeOf(portal, key) })).location).toBe(lapsed);
});

test("the code by mail is added with ten recovery codes, and a second factor brings no others", async () => {
  const portal = await startPortal();
  const alice = await signedIn(portal);
  const added = await alice.post(urls.mailCode);
  expect(added.location).toBe(urls.recoveryCodes);
  await alice.post(urls.recoveryCodesKept);
  expect((await alice.post(urls.mailCode)).location).toBe(`${urls.accountSecondFactor}?added`);
  expect((await addApp(portal, alice)).codes).toEqual([]);
  expect(await removeLinks(alice)).toHaveLength(2);
  const page = await alice.get(urls.accountSecondFactor);
  expect(page.document.querySelector("main")?.textContent).toContain("Il vous reste 10 codes de secours");
});

test("new codes kill the old ones", async () => {
  const portal = await startPortal();
  const alice = await signedIn(portal);
  expect((await alice.post(urls.recoveryCodes)).location).toBe(urls.accountSecondFactor);
  const { codes: old } = await addApp(portal, alice);
  const codes = codesOn(await alice.follow(await alice.post(urls.recoveryCodes)));
  expect(codes).toHaveLength(10);
  expect(facts(portal).at(-1)).toBe("recovery-codes.made {}");
  expect(changes(portal).at(-1)?.text).toContain("Dix nouveaux codes");
  await alice.post(urls.logout);
  await givePassword(alice);
  expect((await giveCode(alice, old[0]!)).status).toBe(422);
  expect((await giveCode(alice, codes[0]!)).status).toBe(303);
});

test("each factor is removed by its owner alone, who is told; the last takes the recovery codes along", async () => {
  const portal = await startPortal();
  const [alice, bob] = [await signedIn(portal), await signedIn(portal, "bob", "127.0.0.3")];
  await addApp(portal, alice);
  await alice.post(urls.mailCode);
  const [first, second] = (await removeLinks(alice)) as [string, string];
  const stranger = await bob.post(first);
  const unknown = await bob.post(urls.removeFactor("none"));
  expect([stranger.status, unknown.status]).toEqual([404, 404]);
  expect(await removeLinks(alice)).toHaveLength(2);
  const count = () => portal.db.$client.prepare("SELECT count(*) FROM recovery_codes").pluck().get();

  expect((await alice.post(first)).location).toBe(`${urls.accountSecondFactor}?removed`);
  expect([(await alice.post(first)).status, count()]).toEqual([404, 10]);
  expect((await alice.post(second)).location).toBe(`${urls.accountSecondFactor}?removed`);
  expect(count()).toBe(0);
  expect((await portal.browser().signIn("alice")).location).toBe("/dashboard");
  expect(facts(portal).slice(-2).sort()).toEqual([
    'second-factor.removed {"kind":"mail"}',
    'second-factor.removed {"kind":"totp"}',
  ]);
  expect(
    changes(portal)
      .slice(-2)
      .map(({ text }) => /retirée|désactivé/.test(text)),
  ).toEqual([true, true]);
});

const guarded: [string, string][] = [
  ["POST", urls.totpStart],
  ["GET", urls.totp],
  ["POST", urls.totp],
  ["POST", urls.passkeysStart],
  ["GET", urls.passkeys],
  ["POST", urls.passkeys],
  ["POST", urls.mailCode],
  ["POST", urls.recoveryCodes],
  ["GET", urls.recoveryCodes],
  ["POST", urls.removeFactor("none")],
];

test.each(guarded)(
  "%s %s asks a visitor to sign in, and a member for the password of five minutes ago",
  async (method, path) => {
    const portal = await startPortal();
    const alice = await signedIn(portal);
    await alice.post(urls.mailCode);
    const ask = (browser: Browser) => (method === "GET" ? browser.get(path) : browser.post(path));
    expect((await ask(portal.browser())).location).toMatch(/^\/login\?next=/);
    portal.advance({ minutes: 5, seconds: -1 });
    expect((await ask(alice)).location ?? "").not.toMatch(/confirm/);
    portal.advance({ seconds: 1 });
    expect((await ask(alice)).location).toMatch(/^\/account\/confirm\?next=/);
    expect(await removeLinks(alice)).toEqual([]);
    expect(portal.db.$client.prepare("SELECT count(*) FROM second_factors").pluck().get()).toBe(1);
  },
);

test("five minutes after the password the page offers to type it again, and comes back with its buttons", async () => {
  const portal = await startPortal();
  const alice = await signedIn(portal);
  portal.advance({ minutes: 5 });
  const page = await alice.get(urls.accountSecondFactor);
  expect(page.document.querySelectorAll("main form")).toHaveLength(0);
  const link = page.document.querySelector("main a.button")!.getAttribute("href")!;
  const next = new URL(link, portal.config.origin).searchParams.get("next")!;
  const back = await alice.follow(await alice.post(urls.confirm, { password: demoPassword, next }));
  expect(back.document.querySelector(`form[action="${urls.totpStart}"]`)).not.toBeNull();
});

test("what is removed during a sign-in under way helps nobody: its code opens nothing, the password does", async () => {
  const portal = await startPortal();
  const { secret } = await withApp(portal);
  const [here, there] = [portal.browser("127.0.0.2"), portal.browser("127.0.0.3")];
  await givePassword(here);
  await giveCode(here, codeOf(portal, secret));
  portal.advance({ minutes: 1 });
  await givePassword(there);
  await here.post((await removeLinks(here))[0]!);
  expect((await giveCode(there, codeOf(portal, secret))).location).toBe("/login?over");
  expect((await there.signIn("alice")).location).toBe("/dashboard");
});

test("no look at a page changes anything", async () => {
  const portal = await startPortal();
  const alice = await signedIn(portal);
  await addApp(portal, alice);
  const visitor = portal.browser("127.0.0.3");
  await givePassword(visitor);
  const content = () =>
    ["challenges", "second_factors", "recovery_codes", "mails", "evidence"].map((table) =>
      portal.db.$client.prepare(`SELECT * FROM ${table}`).all(),
    );
  const before = content();
  for (const path of [urls.accountSecondFactor, urls.totp, urls.passkeys, urls.recoveryCodes])
    await alice.get(`${path}?code=000000&go=on`);
  for (const path of [urls.loginSecondFactor, urls.loginPasskey, urls.loginMailCode]) await visitor.get(path);
  expect(content()).toEqual(before);
});
