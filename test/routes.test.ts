import { describe, expect, test } from "vitest";
import { publishCharter } from "../src/domain/charter-publishing.ts";
import { personalData } from "../src/domain/personal-data.ts";
import { openTextContent } from "../src/domain/text-outbox.ts";
import { answerThread } from "../src/domain/thread-answers.ts";
import { addApp } from "../src/features/second-factor/second-factor-kit.ts";
import { urls } from "../src/web/urls.ts";
import { type Browser, demoPassword, type Page } from "./kit/browser.ts";
import { type Portal, startPortal } from "./kit/portal.ts";
import { everyRoute, isOfStaff, methodOf, pathOf } from "./kit/routes.ts";

/**
 * Who may see and do what, over the table of routes itself: a route that is new here is either open to everybody, with
 * its reason, or asks who is there; and one with an id in its address tells how to make a real one of Alice's.
 */

/** Open to visitors, and why. */
const open: Record<string, string> = {
  "GET /static/:name": "files of the build",
  "GET /healthz": "for machines",
  "GET /readyz": "for machines",
  "GET /": "the public home",
  "GET /charter": "a public text",
  "GET /charter/versions/:number": "a public text",
  "GET /login": "how one comes in",
  "POST /login": "how one comes in",
  "POST /logout": "how one leaves",
  "GET /login/second-factor": "the cookie of the step before is the key",
  "POST /login/second-factor": "the cookie of the step before is the key",
  "POST /login/passkey": "the cookie of the step before is the key",
  "POST /login/second-factor/mail": "the cookie of the step before is the key",
  "POST /login/resend": "the cookie of the step before is the key",
  "GET /register": "how one comes in",
  "POST /register": "how one comes in",
  "GET /activate/:token": "the token of a mail is the key",
  "POST /activate/:token": "the token of a mail is the key",
  "POST /activate/:token/cancel": "the token of a mail is the key",
  "POST /activate/:token/renew": "the token of a mail is the key",
  "GET /guardian/:token": "the token of a mail is the key",
  "POST /guardian/:token": "the token of a mail is the key",
  "GET /guardian/answered/accept": "thanks, of nobody",
  "GET /guardian/answered/refuse": "thanks, of nobody",
  "GET /password/forgot": "how one comes in",
  "POST /password/forgot": "how one comes in",
  "GET /password/reset/:token": "the token of a mail is the key",
  "POST /password/reset/:token": "the token of a mail is the key",
  "GET /cookies": "public",
  "GET /help/credentials": "for who cannot come in",
  "POST /help/credentials": "for who cannot come in",
  "GET /help/credentials/freeze/:token": "the token of a mail is the key",
  "POST /help/credentials/freeze/:token": "the token of a mail is the key",
  "GET /session": "tells a script whether there is a session",
  "POST /session/draft": "the cookie of a session that has just ended says whose form it is",
  "GET /forms": "a public text",
  "GET /forms/vitale.pdf": "a blank form",
  "GET /forms/doctor.pdf": "a blank form",
  "GET /forms/accident.pdf": "a blank form",
  "GET /verify": "anyone checks a certificate",
  "GET /verify/:code": "the code is the key",
  "GET /dossier/stop/:token": "the token of a mail is the key",
  "POST /dossier/stop/:token": "the token of a mail is the key",
  "GET /dossier/stopped": "thanks, of nobody",
  "GET /unsubscribe/:token": "the token of a mail is the key",
  "POST /unsubscribe/:token": "the token of a mail is the key",
  "POST /sms/inbound": "the signature of its body is the key",
  "POST /mail/bounces": "the signature of its body is the key",
  "GET /contact": "phone, post and e-mail; the form is for who is signed in",
};

/** What other machines post, with no word of where it comes from: a token or a signature lets them in, no cookie. */
const fromMachines = ["POST /unsubscribe/:token", "POST /mail/bounces", "POST /sms/inbound"];

/** Something of Alice's, made for the test. */
type Own = {
  address: string;
  /** What the form of the page sends. */
  fields?: Record<string, string>;
  /** What stands on it. */
  mark?: string;
  /** What Bob is answered, when that is not 404: of a link, that it does not work for him. */
  refusal?: number;
};

const one = (portal: Portal, sql: string) => portal.db.$client.prepare<[], string | number>(sql).pluck().get()!;

async function ownThread(portal: Portal, alice: Browser): Promise<number> {
  await alice.post(urls.contact, { subject: "Objet d’Alice", message: "Secret d’Alice" });
  const threadId = Number(one(portal, "SELECT max(thread_id) FROM threads"));
  answerThread(portal, { threadId, staff: "adviser@demo.example", text: "Réponse pour Alice", close: false });
  return threadId;
}

async function ownContest(portal: Portal, alice: Browser): Promise<Own> {
  await publishCharter(portal, { number: 5, effectiveOn: "2027-01-01", text: "# Charte\n\nNouvelle règle." });
  const { location } = await alice.post(urls.charterContest, { message: "Contestation d’Alice" });
  return { address: location!, mark: "Contestation d’Alice" };
}

async function ownDeclaration(alice: Browser): Promise<Own> {
  const { document } = await alice.get(urls.vitaleDeclare);
  const card = document.querySelector('input[name="card"]')!.getAttribute("value")!;
  const place = "Rue d’Alice";
  const day = { happenedDay: "20", happenedMonth: "11", happenedYear: "2026" };
  const { location } = await alice.post(urls.vitaleDeclare, { card, reason: "perte", ...day, place, honour: "on" });
  return { address: location!, mark: place };
}

/** The provisional certificate of Alice's child. */
async function ownCertificate(alice: Browser): Promise<string> {
  return (await alice.post(urls.ehicCertificates, { beneficiary: "P0007" })).location!;
}

/** Asks for a new e-mail and a new mobile. @returns the link of the one, and the number of the other's request. */
async function ownContact(portal: Portal, alice: Browser) {
  const fields = { email: "alice.new@demo.example", mobile: "06 98 76 54 32", password: demoPassword };
  const { location } = await alice.post(urls.dossierContact, fields);
  const [, link] = /(\/dossier\/email\/[\w-]+)/.exec(portal.mailsTo("alice.new@demo.example").at(-1)!.text)!;
  return { link: link!, id: /changes\/([^/]+)\/confirm/.exec(location!)![1]! };
}

/** The code of the text message that was queued last. */
function textedCode({ db, seal }: Portal): string {
  const last = db.$client.prepare<[], Buffer>("SELECT content_sealed FROM texts ORDER BY text_id DESC").pluck().get()!;
  return /\b\d{6,8}\b/.exec(openTextContent(seal, last).text.replace(/(?<=\d)\s(?=\d)/g, ""))![0];
}

/** Each route with an id in its address that only its owner may use: how to make a real address of Alice's. */
const owned: Record<string, (portal: Portal, alice: Browser) => Promise<Own>> = {
  "GET /reimbursements/:paymentId": async () => ({ address: "/reimbursements/AMOEX02", mark: "13 novembre 2025" }),
  "GET /charter/contest/:number": ownContest,
  "POST /account/devices/:id/revoke": async (portal) => {
    const there = portal.browser("192.0.2.9");
    await there.post("/login", { identifier: "10000001", password: demoPassword, remember: "on" });
    return { address: urls.revokeDevice(String(one(portal, "SELECT device_id FROM devices"))) };
  },
  "POST /account/second-factor/:id/remove": async (portal, alice) => {
    await addApp(portal, alice);
    return { address: urls.removeFactor(String(one(portal, "SELECT factor_id FROM second_factors"))) };
  },
  "POST /dossier/changes/:id/cancel": async (portal, alice) => ({
    address: urls.cancelChange((await ownContact(portal, alice)).id),
  }),
  "GET /dossier/changes/:id/confirm": async (portal, alice) => ({
    address: urls.confirmMobile((await ownContact(portal, alice)).id),
    mark: "06 98 76 54 32",
  }),
  "POST /dossier/changes/:id/confirm": async (portal, alice) => {
    const { id } = await ownContact(portal, alice);
    return { address: urls.confirmMobile(id), fields: { code: textedCode(portal) } };
  },
  "POST /dossier/changes/:id/code": async (portal, alice) => ({
    address: urls.changeCode((await ownContact(portal, alice)).id),
  }),
  "GET /dossier/email/:token": async (portal, alice) => ({
    address: (await ownContact(portal, alice)).link,
    mark: "alice.new@demo.example",
    refusal: 410,
  }),
  "POST /dossier/email/:token": async (portal, alice) => ({
    address: (await ownContact(portal, alice)).link,
    refusal: 410,
  }),
  "GET /vitale/declarations/:number": (_portal, alice) => ownDeclaration(alice),
  "GET /ehic/certificates/:id": async (_portal, alice) => ({
    address: await ownCertificate(alice),
    mark: "ROUSSEL",
  }),
  "GET /ehic/certificates/:file": async (_portal, alice) => ({ address: `${await ownCertificate(alice)}.pdf` }),
  "POST /ehic/requests/:id/cancel": async (portal, alice) => {
    const stay = { departureDay: "1", departureMonth: "2", departureYear: "2027", returnDay: "9" };
    const back = { returnMonth: "2", returnYear: "2027", country: "ES", beneficiaries: "P0007" };
    await alice.post(urls.ehicRequests, { ...stay, ...back });
    return { address: urls.cancelEhic(String(one(portal, "SELECT request_id FROM card_requests"))) };
  },
  "GET /messages/:id": async (portal, alice) => ({
    address: urls.thread(await ownThread(portal, alice)),
    mark: "Secret d’Alice",
  }),
  "GET /messages/:id/receipt": async (portal, alice) => ({
    address: urls.threadReceipt(await ownThread(portal, alice)),
    mark: "Secret d’Alice",
  }),
  "POST /messages/:id": async (portal, alice) => ({
    address: urls.thread(await ownThread(portal, alice)),
    fields: { message: "Une suite" },
  }),
  "POST /messages/:id/read": async (portal, alice) => ({
    address: urls.readThread(await ownThread(portal, alice)),
  }),
};

/** What members and visitors may ask for; the back office has a table of its own. */
const routesOf = (portal: Portal) => everyRoute(portal).filter((route) => !isOfStaff(route));

/** Asks for an address as the route does. */
const ask = (browser: Browser, route: string, { address, fields = {} }: Own, headers?: Record<string, string>) =>
  methodOf(route) === "POST" ? browser.post(address, fields, headers) : browser.get(address, headers);

/** What points to Alice, wherever it stands. */
const traces = /LEFÈVRE|Alice|10000001|alice@demo|d’Alice/;

/** Everything that is held on Alice, to see that nothing of it has changed. */
function held(portal: Portal): string {
  const accountId = String(one(portal, "SELECT id FROM accounts WHERE member_id = 'P0001'"));
  return JSON.stringify(personalData(portal, { memberId: "P0001", accountId }));
}

test("every route is known here: open with its reason, or with an id and a way to make one, or private", async () => {
  const routes = routesOf(await startPortal());
  expect(routes.length).toBeGreaterThan(60);
  expect(routes.filter((route) => pathOf(route).includes(":") && !(route in open) && !(route in owned))).toEqual([]);
  // What is no longer a route says nothing here.
  expect([...Object.keys(open), ...Object.keys(owned)].filter((route) => !routes.includes(route))).toEqual([]);
  expect(Object.keys(open).filter((route) => route in owned)).toEqual([]);
  expect(new Set(routes.map(methodOf))).toEqual(new Set(["GET", "POST"]));
});

describe("X1 what is Alice’s", () => {
  test.each(Object.entries(owned))("%s: Bob and visitors get and change nothing of it", async (route, make) => {
    const portal = await startPortal();
    const [alice, bob, visitor] = [portal.browser("192.0.2.1"), portal.browser("192.0.2.2"), portal.browser()];
    await alice.signIn("alice");
    await bob.signIn("bob");
    const own = await make(portal, alice);
    if (own.mark) expect((await ask(alice, route, own)).text).toContain(own.mark);
    const before = held(portal);
    const { refusal = 404, mark } = own;
    const refused: [string, Page, number][] = [
      ["Bob", await ask(bob, route, own), refusal],
      ["Bob, in English", await ask(bob, route, { ...own, address: `${own.address}?lang=en` }), refusal],
      ["Bob, by htmx", await ask(bob, route, own, { "hx-request": "true", "hx-request-type": "partial" }), refusal],
      ["a visitor", await ask(visitor, route, own), 303],
      ["a visitor with a made-up session", await ask(forged(portal), route, own), 303],
    ];
    for (const [who, { status, text, location }, wanted] of refused) {
      expect([who, status]).toEqual([who, wanted]);
      expect([who, traces.exec(text), mark && text.includes(mark)]).toEqual([who, null, mark && false]);
      if (wanted === 303) expect([who, location?.startsWith("/login?next=")]).toEqual([who, true]);
    }
    expect(held(portal)).toBe(before);
    // It was the real address: to Alice it answers.
    expect((await ask(alice, route, own)).status).toBe(methodOf(route) === "GET" ? 200 : 303);
    if (methodOf(route) === "POST") expect(held(portal)).not.toBe(before);
  });

  test.each([
    "/contact?about=%2Freimbursements%2FAMOEX02",
    "/contact?about=AMOEX02",
    "/reimbursements?beneficiary=P0001",
    "/reimbursements?q=alice",
    "/reimbursements/export.csv?beneficiary=P0001",
    "/vitale/declare?bearer=P0001",
    "/documents/rights-certificate?beneficiaries=P0001",
    "/documents/rights-certificate.pdf?beneficiaries=P0001",
    "/documents/mutual-certificate?contract=C0001&beneficiaries=P0001",
    "/documents/mutual-certificate.pdf?contract=C0001",
    "/documents/card?contract=C0001",
    "/documents/card.pdf?contract=C0001&beneficiaries=P0001",
    "/documents/forms/vitale.pdf?bearer=P0001",
    "/documents/forms/doctor.pdf?bearer=P0001",
    "/documents/forms/accident.pdf?bearer=P0001",
    "/messages?before=999999",
    "/account/activity?before=999999",
    "/help/credentials?frozen=1",
    "/help/credentials?audit=1",
  ])("is not in %s, asked by Bob", async (address) => {
    const portal = await startPortal();
    const [alice, bob] = [portal.browser("192.0.2.1"), portal.browser("192.0.2.2")];
    await alice.signIn("alice");
    await ownThread(portal, alice);
    await bob.signIn("bob");
    const before = held(portal);
    const { status, text } = await bob.get(address);
    expect([status < 500, traces.exec(text), text.includes("13 novembre 2025")]).toEqual([true, null, false]);
    // A document is not read here: nobody else's is made at all.
    if (address.startsWith("/documents/")) expect(text.startsWith("%PDF")).toBe(false);
    expect(held(portal)).toBe(before);
  });
});

/** Somebody with a cookie that no session has. */
function forged(portal: Portal): Browser {
  const browser = portal.browser();
  browser.cookies.set("session", "a".repeat(40));
  return browser;
}

test("P3 every private route sends a visitor to the sign-in, and does nothing", async () => {
  const portal = await startPortal();
  const changes = () => one(portal, "SELECT total_changes()");
  const privates = routesOf(portal).filter((route) => !(route in open));
  expect(privates.length).toBeGreaterThan(25);
  const before = changes();
  for (const route of privates) {
    const address = pathOf(route)
      .replace(/:number/g, "1")
      .replace(/:id/g, "1")
      .replace(/:\w+/g, "x");
    for (const browser of [portal.browser(), forged(portal)]) {
      const { status, location, text } = await ask(browser, route, { address });
      expect([route, status, location]).toEqual([
        route,
        expect.toSatisfy((found: number) => found === 303 || (found === 404 && address !== pathOf(route))),
        status === 404 ? null : expect.stringMatching(/^\/login(?:\?|$)/),
      ]);
      expect([route, traces.exec(text)]).toEqual([route, null]);
    }
  }
  expect(changes()).toBe(before);
});

test("every form refuses what another site sends, whoever is signed in, and does nothing", async () => {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  const before = held(portal);
  const forms = routesOf(portal).filter((route) => methodOf(route) === "POST" && !fromMachines.includes(route));
  expect(forms.length).toBeGreaterThan(30);
  for (const route of forms) {
    const address = pathOf(route).replace(/:\w+/g, "1");
    const foreign = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    expect([route, (await alice.post(address, {}, foreign)).status]).toEqual([route, 403]);
  }
  expect(held(portal)).toBe(before);
});
