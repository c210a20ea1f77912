import { expect, test } from "vitest";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { urls } from "../../web/urls.ts";
import {
  addApp,
  codeOf,
  giveCode,
  givePassword,
  mailedCode,
  sessionsOf,
  withApp,
  withMail,
} from "./second-factor-kit.ts";

const over = "/login?over";
const kinds = (portal: Portal) =>
  portal.db.$client.prepare<[], string>("SELECT kind FROM evidence ORDER BY sequence DESC").pluck().all();

test("whoever has no second factor signs in as before", async () => {
  const portal = await startPortal();
  expect((await portal.browser().signIn("alice")).location).toBe("/dashboard");
});

test("after the right password the code of the app opens the session, and the page asked for", async () => {
  const portal = await startPortal();
  const { secret } = await withApp(portal);
  const alice = portal.browser();
  const asked = await givePassword(alice, "alice", { next: "/reimbursements?payer=amo" });
  const page = await alice.follow(asked);
  expect(page.document.querySelector("h1")?.textContent).toBe("Deuxième étape de connexion");
  const box = page.document.querySelector("#code")!;
  expect([box.getAttribute("autocomplete"), box.getAttribute("inputmode")]).toEqual(["one-time-code", "numeric"]);
  expect((await alice.get("/dashboard")).status).toBe(303);
  const next = page.document.querySelector("form input[name=next]")!.getAttribute("value")!;
  const done = await giveCode(alice, ` ${codeOf(portal, secret).replace(/(...)/, "$1 ")} `, { next });
  expect([done.status, done.location]).toEqual([303, "/reimbursements?payer=amo"]);
  expect(alice.cookies.has("challenge")).toBe(false);
  expect((await alice.get("/dashboard")).status).toBe(200);
  expect(kinds(portal)[0]).toBe("session.started");
});

test.each(["//evil.example", "https://evil.example", "/\\evil.example"])(
  "no second step leads to another place by next=%j",
  async (next) => {
    const portal = await startPortal();
    const { secret } = await withApp(portal);
    const alice = portal.browser();
    await givePassword(alice);
    const page = await alice.get(`${urls.loginSecondFactor}?next=${encodeURIComponent(next)}`);
    expect(page.document.querySelector("input[name=next]")).toBeNull();
    expect((await giveCode(alice, codeOf(portal, secret), { next })).location).toBe("/dashboard");
  },
);

test("“remember this device” ticked with the password holds after the code, not before", async () => {
  const portal = await startPortal();
  const { secret } = await withApp(portal);
  const alice = portal.browser();
  await givePassword(alice, "alice", { remember: "on" });
  expect(alice.cookies.has("device")).toBe(false);
  await giveCode(alice, codeOf(portal, secret));
  expect(alice.cookies.has("device")).toBe(true);
});

test("what matters wants the password typed within five minutes, however fresh the code is", async () => {
  const portal = await startPortal();
  const { secret } = await withApp(portal);
  const alice = portal.browser();
  await givePassword(alice);
  portal.advance({ minutes: 4, seconds: 59 });
  await giveCode(alice, codeOf(portal, secret));
  expect((await alice.post("/account/data")).status).toBe(200);
  portal.advance({ seconds: 1 });
  expect((await alice.post("/account/data")).location).toMatch(/^\/account\/confirm/);
});

test("whoever this browser knew before is forgotten", async () => {
  const portal = await startPortal();
  const { secret } = await withApp(portal);
  const shared = portal.browser();
  await shared.signIn("bob");
  const ofBob = shared.cookies.get("session")!;
  await givePasswordBeside(shared);
  await giveCode(shared, codeOf(portal, secret));
  expect((await shared.get("/dashboard")).document.querySelector("h1")?.textContent).toBe("Bonjour Alice");
  const copy = portal.browser();
  copy.cookies.set("session", ofBob);
  expect((await copy.get("/dashboard")).status).toBe(303);
});

/** The password of Alice in a browser where somebody else is signed in. */
const givePasswordBeside = (browser: ReturnType<Portal["browser"]>) => browser.signIn("alice");

test.each([
  [-31, 422],
  [-30, 303],
  [0, 303],
  [30, 303],
  [60, 422],
])("6.5: the code of %+d s from now, in the first second of a step, answers %i", async (later, status) => {
  const portal = await startPortal();
  const { secret } = await withApp(portal);
  const alice = portal.browser();
  await givePassword(alice);
  expect((await giveCode(alice, codeOf(portal, secret, later))).status).toBe(status);
});

test("a code that was used works neither again, nor in the step after, nor for the set-up it came from", async () => {
  const portal = await startPortal();
  const browser = portal.browser("127.0.0.200");
  await browser.signIn("alice");
  const { secret } = await addApp(portal, browser);
  await browser.post(urls.logout);
  const ofSetUp = codeOf(portal, secret);
  await givePassword(browser);
  expect((await giveCode(browser, ofSetUp)).status).toBe(422);
  portal.advance({ minutes: 2 });
  const code = codeOf(portal, secret);
  await givePassword(browser);
  expect((await giveCode(browser, code)).status).toBe(303);
  for (const seconds of [0, 30]) {
    portal.advance({ seconds });
    const thief = portal.browser("127.0.0.77");
    await givePassword(thief);
    expect((await giveCode(thief, code)).status).toBe(422);
  }
});

test("of 20 posts of one code at once, one opens a session", async () => {
  const portal = await startPortal();
  const { secret } = await withApp(portal);
  const alice = portal.browser();
  await givePassword(alice);
  const code = codeOf(portal, secret);
  const pages = await Promise.all(
    Array.from({ length: 20 }, (_, index) => {
      const copy = portal.browser(`10.0.0.${index}`);
      copy.cookies.set("challenge", alice.cookies.get("challenge")!);
      return giveCode(copy, code);
    }),
  );
  expect(pages.filter(({ location }) => location === "/dashboard")).toHaveLength(1);
  expect(pages.filter(({ location }) => location === over)).toHaveLength(19);
  expect(sessionsOf(portal)).toBe(1);
});

test("of 20 posts of one recovery code at once, one opens a session, and one code is gone", async () => {
  const portal = await startPortal();
  const { codes } = await withApp(portal);
  const alice = portal.browser();
  await givePassword(alice);
  const pages = await Promise.all(Array.from({ length: 20 }, () => giveCode(alice, codes[0]!)));
  expect(pages.filter(({ location }) => location === "/dashboard")).toHaveLength(1);
  expect(sessionsOf(portal)).toBe(1);
  expect(portal.db.$client.prepare("SELECT count(*) FROM recovery_codes").pluck().get()).toBe(9);
});

test("a recovery code works once, with its spaces or without; the nine others go on working", async () => {
  const portal = await startPortal();
  const { codes } = await withApp(portal);
  expect(codes).toHaveLength(10);
  const alice = portal.browser();
  for (const [code, status] of [
    [codes[0]!, 303],
    [codes[0]!, 422],
    [codes[1]!.replaceAll(" ", ""), 303],
    [codes[2]!.replaceAll(" ", "-"), 303],
  ] as const) {
    await givePassword(alice);
    expect([code, (await giveCode(alice, code)).status]).toEqual([code, status]);
    await alice.post(urls.logout);
  }
});

test("a recovery code of somebody else opens nothing", async () => {
  const portal = await startPortal();
  await withApp(portal);
  const { codes } = await withApp(portal, "bob");
  const thief = portal.browser("127.0.0.9");
  await givePassword(thief);
  expect((await giveCode(thief, codes[0]!)).status).toBe(422);
});

test("a code by mail opens the session of the challenge that asked for it, once, and no other", async () => {
  const portal = await startPortal();
  await withMail(portal);
  await withMail(portal, "bob");
  const [alice, bob] = [portal.browser("127.0.0.2"), portal.browser("127.0.0.3")];
  await givePassword(alice);
  await givePassword(bob, "bob");
  const sent = await alice.post(urls.loginMailCode, { next: "/account" });
  expect([sent.status, sent.location]).toEqual([303, `${urls.loginSecondFactor}?sent&next=%2Faccount`]);
  expect((await alice.follow(sent)).document.querySelector("[role=status].notice")?.textContent).toContain(
    "10 minutes",
  );
  const code = mailedCode(portal);
  expect(code).toMatch(/^\d{4} \d{4}$/);
  // Bob's challenge, and a later one of Alice herself, know nothing of it.
  expect((await giveCode(bob, code)).status).toBe(422);
  expect((await giveCode(alice, code, { next: "/account" })).location).toBe("/account");
  await alice.post(urls.logout);
  await givePassword(alice);
  expect((await giveCode(alice, code)).status).toBe(422);
});

test("the newest code by mail is the one that works", async () => {
  const portal = await startPortal();
  await withMail(portal);
  const alice = portal.browser();
  await givePassword(alice);
  await alice.post(urls.loginMailCode);
  const first = mailedCode(portal);
  await alice.post(urls.loginMailCode);
  expect((await giveCode(alice, first)).status).toBe(422);
  expect((await giveCode(alice, mailedCode(portal))).status).toBe(303);
});

test.each([
  [-1, "/dashboard"],
  [0, over],
  [1, over],
])("a code by mail at 10 minutes %+d s leads to %s, however old the challenge was", async (seconds, location) => {
  const portal = await startPortal();
  await withMail(portal);
  const alice = portal.browser();
  await givePassword(alice);
  portal.advance({ minutes: 9 });
  await alice.post(urls.loginMailCode);
  portal.advance({ minutes: 10, seconds });
  expect((await giveCode(alice, mailedCode(portal))).location).toBe(location);
});

test("codes by mail: five an hour, then a wait; none for an account that did not ask for them", async () => {
  const portal = await startPortal();
  await withMail(portal);
  await withApp(portal, "bob");
  const alice = portal.browser();
  const statuses = [];
  for (let index = 0; index < 6; index++) {
    await givePassword(alice);
    statuses.push((await alice.post(urls.loginMailCode)).status);
    portal.advance({ minutes: 3 });
  }
  expect(statuses).toEqual([303, 303, 303, 303, 303, 429]);
  expect(portal.mailsTo("alice@demo.example").filter(({ kind }) => kind === "sign-in.code")).toHaveLength(5);
  const bob = portal.browser("127.0.0.3");
  await givePassword(bob, "bob");
  expect((await bob.post(urls.loginMailCode)).location).toBe(over);
  expect(portal.mailsTo("bob@demo.example").filter(({ kind }) => kind === "sign-in.code")).toEqual([]);
});

test.each([
  [-1, 200],
  [0, 303],
  [1, 303],
])("the second step at 10 minutes %+d s after the password answers %i", async (seconds, status) => {
  const portal = await startPortal();
  const { secret } = await withApp(portal);
  const alice = portal.browser();
  await givePassword(alice);
  portal.advance({ minutes: 10, seconds });
  const page = await alice.get(`${urls.loginSecondFactor}?next=%2Faccount`);
  expect(page.status).toBe(status);
  const given = await giveCode(alice, codeOf(portal, secret), { next: "/account" });
  expect(given.location).toBe(status === 200 ? "/account" : `${over}&next=%2Faccount`);
  if (status === 303) {
    const login = await alice.follow(page);
    expect(login.document.querySelector("[role=status].notice")?.textContent).toContain(
      "Le temps pour donner votre code",
    );
    expect(login.document.querySelector("input[name=next]")?.getAttribute("value")).toBe("/account");
  }
});

test("without a challenge, with an invented one or with one of another purpose there is no second step", async () => {
  const portal = await startPortal();
  const { secret } = await withApp(portal);
  const alice = portal.browser();
  for (const challenge of [undefined, "", "x".repeat(43), "__proto__"]) {
    if (challenge !== undefined) alice.cookies.set("challenge", challenge);
    expect((await alice.get(urls.loginSecondFactor)).location).toBe(over);
    expect((await giveCode(alice, codeOf(portal, secret))).location).toBe(over);
    expect((await alice.post(urls.loginMailCode)).location).toBe(over);
    expect((await alice.post(urls.loginPasskey, { credential: "{}" })).location).toBe(over);
  }
  // A set-up's token is not a sign-in's.
  const bob = portal.browser("127.0.0.3");
  await bob.signIn("bob");
  await bob.post(urls.totpStart);
  const setup = bob.cookies.get("challenge")!;
  await bob.post(urls.logout);
  bob.cookies.set("challenge", setup);
  expect((await bob.get(urls.loginSecondFactor)).location).toBe(over);
});

test("with somebody else's challenge one's own code opens nothing", async () => {
  const portal = await startPortal();
  const { secret: ofAlice } = await withApp(portal);
  const { secret: ofBob } = await withApp(portal, "bob");
  const [alice, bob] = [portal.browser("127.0.0.2"), portal.browser("127.0.0.3")];
  await givePassword(alice);
  await givePassword(bob, "bob");
  bob.cookies.set("challenge", alice.cookies.get("challenge")!);
  expect((await giveCode(bob, codeOf(portal, ofBob))).status).toBe(422);
  expect(sessionsOf(portal)).toBe(0);
  expect((await giveCode(alice, codeOf(portal, ofAlice))).location).toBe("/dashboard");
});

test("a wrong code is in the journal with where it came from, and nothing of what was typed", async () => {
  const portal = await startPortal();
  const { secret } = await withApp(portal);
  const stranger = portal.browser("198.51.100.4");
  await givePassword(stranger);
  await giveCode(stranger, "000000");
  const details = portal.db.$client
    .prepare<[], string>("SELECT details FROM evidence WHERE kind = 'second-factor.refused'")
    .pluck()
    .all();
  expect(details.map((text) => JSON.parse(text))).toEqual([{ label: "other/other", network: "198.51.100.x" }]);
  const alice = portal.browser();
  await givePassword(alice);
  portal.advance({ minutes: 1 });
  await giveCode(alice, codeOf(portal, secret));
  const { document } = await alice.get(urls.accountActivity);
  const cells = [...document.querySelectorAll("tbody td")].map(({ textContent }) => textContent);
  expect(cells).toContain(
    "Deuxième étape de connexion refuséeAutre navigateur sur un autre système, réseau 198.51.100.x",
  );
});

test("a wrong code is told beside its box, is in the journal, and keeps nothing of what was typed", async () => {
  const portal = await startPortal();
  await withApp(portal);
  const alice = portal.browser();
  const odd = [
    "12345",
    "abc",
    "0".repeat(8),
    "0".repeat(20),
    "１２３４５６",
    "'; --",
    "\u202e1",
    "a".repeat(100),
    "-".repeat(6),
  ];
  for (const [index, code] of odd.entries()) {
    const stranger = portal.browser(`10.0.3.${index}`);
    await givePassword(stranger);
    expect([code, (await giveCode(stranger, code)).status]).toEqual([code, 422]);
  }
  await givePassword(alice);
  const page = await giveCode(alice, "000000", { next: "/account" });
  expect(page.status).toBe(422);
  expect(page.document.querySelector("#code-error")?.textContent).toContain("ce code n’est pas le bon");
  expect(page.document.querySelector("#code")?.getAttribute("value")).toBeNull();
  expect(page.document.querySelector("input[name=next]")?.getAttribute("value")).toBe("/account");
  expect(page.document.title).toMatch(/^Erreur – /);
  expect(kinds(portal)[0]).toBe("second-factor.refused");
  const empty = await giveCode(alice, "  ");
  expect([empty.status, empty.document.querySelector("#code-error")?.textContent]).toEqual([
    422,
    expect.stringContaining("remplissez ce champ"),
  ]);
});

test("five tries, whatever the waits: with the sixth the sign-in begins anew", async () => {
  const portal = await startPortal();
  const { secret } = await withApp(portal);
  const alice = portal.browser();
  await givePassword(alice);
  for (let index = 0; index < 5; index++)
    expect((await giveCode(from(portal, alice, `10.0.1.${index}`), "000000")).status).toBe(422);
  expect((await giveCode(from(portal, alice, "10.0.1.9"), codeOf(portal, secret))).location).toBe(over);
});

/** The same browser at another address. */
function from(portal: Portal, browser: ReturnType<Portal["browser"]>, address: string) {
  const moved = portal.browser(address);
  for (const [name, value] of browser.cookies) moved.cookies.set(name, value);
  return moved;
}

test("who knows the password guesses no faster with ever new challenges: password and codes count as tries", async () => {
  const portal = await startPortal();
  await withApp(portal);
  const thief = portal.browser("127.0.0.66");
  const statuses = [];
  for (let round = 0; round < 4; round++) {
    const page = await thief.signIn("alice");
    statuses.push(page.status);
    if (page.status === 303) statuses.push((await giveCode(thief, "000000")).status);
  }
  expect(statuses).toEqual([303, 422, 303, 422, 303, 429, 429]);
});

test("from addresses it was never used from, an account hears 25 passwords and codes a day in all", async () => {
  const portal = await startPortal();
  await withApp(portal);
  let heard = 0;
  for (let address = 1; address <= 30; address++) {
    const thief = portal.browser(`10.0.2.${address}`);
    const page = await thief.signIn("alice");
    if (page.status === 303) heard += 1;
    if (page.status === 303 && (await giveCode(thief, "000000")).status === 422) heard += 1;
  }
  expect(heard).toBe(25);
});

test("a sign-in in two steps that goes well leaves nothing to an address that many share", async () => {
  const portal = await startPortal();
  const { codes } = await withApp(portal);
  const library = portal.browser("127.0.0.88");
  for (const code of codes) {
    await givePassword(library);
    expect((await giveCode(library, code)).status).toBe(303);
    await library.post(urls.logout);
  }
  const left = portal.db.$client.prepare("SELECT count(*) FROM throttles WHERE failures > 0").pluck().get();
  expect(left).toBe(0);
});

test("a new password by a link in a mail does not take the second step away, and ends a challenge under way", async () => {
  const portal = await startPortal();
  const { secret } = await withApp(portal);
  const alice = portal.browser();
  await givePassword(alice);
  await alice.post(urls.forgot, { identifier: "10000001" });
  await new Promise(setImmediate);
  const mail = portal.mailsTo("alice@demo.example").findLast(({ kind }) => kind === "password.reset")!;
  const link = /\/password\/reset\/[\w-]+/.exec(mail.text)![0];
  await portal.browser().post(link, { password: "Nouvelle-Lune-88" });
  expect((await giveCode(alice, codeOf(portal, secret))).location).toBe(over);
  expect((await alice.signIn("alice", "Nouvelle-Lune-88")).location).toBe(urls.loginSecondFactor);
  expect((await giveCode(alice, codeOf(portal, secret))).location).toBe("/dashboard");
});

test("an account frozen after the password opens with no code", async () => {
  const portal = await startPortal();
  const { secret } = await withApp(portal);
  const alice = portal.browser();
  await givePassword(alice);
  portal.db.$client.prepare("UPDATE accounts SET status = 'frozen' WHERE member_id = 'P0001'").run();
  expect((await giveCode(alice, codeOf(portal, secret))).location).toBe(over);
  expect(sessionsOf(portal)).toBe(0);
});

test("the base, the mails and the log hold no key and no code in clear", async () => {
  const portal = await startPortal();
  const { secret, codes } = await withApp(portal);
  await withMail(portal, "bob");
  const bob = portal.browser("127.0.0.3");
  await givePassword(bob, "bob");
  await bob.post(urls.loginMailCode);
  const mailed = mailedCode(portal, "bob@demo.example").replace(" ", "");
  portal.db.$client.pragma("wal_checkpoint(TRUNCATE)");
  const file = portal.db.$client.serialize().toString("latin1");
  for (const text of [secret, ...codes.map((code) => code.replaceAll(" ", "")), ...codes, mailed])
    expect(file.includes(text)).toBe(false);
  expect(JSON.stringify(portal.logged)).not.toContain(mailed);
});
