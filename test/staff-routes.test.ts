import { describe, expect, test } from "vitest";
import { may, type StaffAct, staffActs } from "../src/domain/staff-roles.ts";
import { urls } from "../src/web/urls.ts";
import { type Browser, demoPassword } from "./kit/browser.ts";
import { type Portal, startPortal } from "./kit/portal.ts";
import { everyRoute, isOfStaff, methodOf, pathOf } from "./kit/routes.ts";

/** Each route of the back office, and the act that lets somebody pass; a new one is named here. */
const acts: Record<string, StaffAct | "open" | "anybody signed in"> = {
  "GET /staff/login": "open",
  "POST /staff/login": "open",
  "POST /staff/logout": "open",
  "GET /staff/set-up/:token": "open",
  "POST /staff/set-up/:token": "open",
  "GET /staff/session": "open",
  "POST /staff/session/extend": "anybody signed in",
  "POST /staff/session/draft": "open",
  "GET /staff": "anybody signed in",
  "GET /staff/members": "members.search",
  "POST /staff/members": "members.search",
  "GET /staff/members/:id": "members.open",
  "POST /staff/members/:id/open": "members.open",
  "GET /staff/members/:id/dossier": "members.open",
  "GET /staff/members/:id/reimbursements": "members.open",
  "GET /staff/members/:id/payments/:item": "members.open",
  "GET /staff/members/:id/vitale": "members.open",
  "GET /staff/members/:id/ehic": "members.open",
  "GET /staff/members/:id/documents": "members.open",
  "GET /staff/members/:id/requests": "members.open",
  "GET /staff/members/:id/messages": "members.open",
  "GET /staff/members/:id/messages/:item": "members.open",
  "GET /staff/members/:id/cases": "members.open",
  "GET /staff/members/:id/activity": "members.open",
  "GET /staff/members/:id/acts/:act": "members.act",
  "POST /staff/members/:id/acts/:act": "members.act",
  "GET /staff/ehic": "ehic.decide",
  "GET /staff/ehic/:id": "ehic.decide",
  "POST /staff/ehic/:id": "ehic.decide",
  "GET /staff/changes": "changes.decide",
  "GET /staff/changes/:id": "changes.decide",
  "POST /staff/changes/:id": "changes.decide",
  "GET /staff/messages": "messages.answer",
  "GET /staff/messages/:id": "messages.answer",
  "POST /staff/messages/:id": "messages.answer",
  "GET /staff/cases": "cases.read",
  "GET /staff/cases/:id": "cases.read",
  "POST /staff/cases/:id": "cases.decide",
  "GET /staff/invitations": "invitations.send",
  "POST /staff/invitations/send": "invitations.send",
  "GET /staff/invitations/letters": "invitations.send",
  "POST /staff/invitations/letters/csv": "invitations.send",
  "GET /staff/bounces": "bounces.settle",
  "GET /staff/bounces/:id": "bounces.settle",
  "POST /staff/bounces/:id": "bounces.settle",
  "GET /staff/rights": "rights.record",
  "POST /staff/rights": "rights.record",
  "GET /staff/rights/:id": "rights.record",
  "POST /staff/rights/:id/settle": "rights.settle",
  "POST /staff/rights/:id/data": "rights.settle",
  "GET /staff/imports": "imports.read",
  "GET /staff/imports/:id": "imports.read",
  "GET /staff/imports/:id/rejects/:number": "imports.read",
  "GET /staff/imports/:id/rejects/:number/csv": "imports.read",
  "GET /staff/mail": "mail.read",
  "POST /staff/mail/retry": "mail.retry",
  "GET /staff/evidence": "evidence.read",
  "POST /staff/evidence": "evidence.read",
  "GET /staff/evidence/verify": "evidence.read",
  "POST /staff/evidence/verify": "evidence.read",
  "POST /staff/evidence/export": "evidence.read",
  "GET /staff/notices": "notices.read",
  "POST /staff/notices": "notices.send",
  "POST /staff/notices/charter": "charter.publish",
  "POST /staff/notices/charter/continue": "charter.publish",
  "GET /staff/maintenance": "maintenance.set",
  "POST /staff/maintenance": "maintenance.set",
};

const guarded = Object.entries(acts).filter(([, act]) => act !== "open");
const addressOf = (route: string) =>
  pathOf(route)
    .replace(/:id|:number/g, "1")
    .replace(/:\w+/g, "x");
const ask = (browser: Browser, route: string) =>
  methodOf(route) === "POST" ? browser.post(addressOf(route)) : browser.get(addressOf(route));

/** Everything of the base that somebody could change. */
const changesOf = ({ db }: Portal) => db.$client.prepare("SELECT total_changes()").pluck().get();

test("every route of the back office stands in the table, and nothing else does", async () => {
  const routes = everyRoute(await startPortal()).filter(isOfStaff);
  expect(routes.sort()).toEqual(Object.keys(acts).sort());
});

test("every act is that of a route or of a button", () => {
  const used = new Set(Object.values(acts));
  expect(staffActs.filter((act) => !used.has(act) && !onPages.includes(act))).toEqual([]);
});

/** Acts that are asked for inside a page, not at its door. */
const onPages: StaffAct[] = [];

describe("who may what", () => {
  test.each(["adviser", "admin", "dpo"] as const)(
    "%s: passes where the table says so, and nowhere else",
    async (role) => {
      const portal = await startPortal();
      const browser = await portal.staffBrowser(role);
      for (const [route, act] of guarded) {
        const { status } = await ask(browser, route);
        const passes = act === "anybody signed in" || may(role, act as StaffAct);
        expect([route, status === 403]).toEqual([route, !passes]);
        expect([route, status < 500]).toEqual([route, true]);
      }
    },
  );
});

test("whose role does not open a page is told so, not that the request came from elsewhere", async () => {
  const adviser = await (await startPortal()).staffBrowser("adviser");
  const { status, text } = await adviser.get("/staff/mail");
  expect([status, text.includes("Votre rôle ne donne pas accès"), text.includes("ne vient pas d’une page")]).toEqual([
    403,
    true,
    false,
  ]);
});

describe("the two sides of the portal", () => {
  test("a visitor, a member and somebody with a made-up cookie are sent to the sign-in, and change nothing", async () => {
    const portal = await startPortal();
    const [visitor, member, forger] = [portal.browser(), portal.browser("192.0.2.2"), portal.browser("192.0.2.3")];
    await member.signIn("alice");
    const session = member.cookies.get("session")!;
    member.cookies.set("staff", session);
    forger.cookies.set("staff", "a".repeat(43));
    for (const [route] of guarded) {
      for (const browser of [visitor, member, forger]) {
        const before = changesOf(portal);
        const { status, location, text } = await ask(browser, route);
        expect([route, status]).toEqual([route, 303]);
        expect([route, location?.startsWith("/staff/login?next=")]).toEqual([route, true]);
        expect([route, /LEFÈVRE|Alice|10000001/.test(text), changesOf(portal)]).toEqual([route, false, before]);
      }
    }
  });

  test("no page of members answers a session of the back office", async () => {
    const portal = await startPortal();
    const adviser = await portal.staffBrowser("adviser");
    adviser.cookies.set("session", adviser.cookies.get("staff")!);
    for (const page of [urls.dashboard, urls.dossier, urls.reimbursements, urls.account, urls.messages])
      expect([page, (await adviser.get(page)).location?.startsWith("/login?")]).toEqual([page, true]);
  });

  test("every form of the back office refuses what another site sends, and does nothing", async () => {
    const portal = await startPortal();
    const admin = await portal.staffBrowser("admin");
    const foreign = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    for (const route of Object.keys(acts).filter((name) => methodOf(name) === "POST")) {
      const before = changesOf(portal);
      const { status } = await admin.post(addressOf(route), { email: "x", password: demoPassword }, foreign);
      expect([route, status, changesOf(portal)]).toEqual([route, 403, before]);
    }
  });

  test("a page that does not exist stays in the frame of the back office", async () => {
    const portal = await startPortal();
    const adviser = await portal.staffBrowser("adviser");
    const page = await adviser.get("/staff/nothing");
    expect([page.status, page.document.querySelector(".brand")?.getAttribute("href")]).toEqual([404, urls.staff]);
  });
});
