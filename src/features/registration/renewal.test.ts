import { describe, expect, test } from "vitest";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import {
  accountsOf,
  confirmationLink,
  count,
  emma,
  farid,
  kindsTo,
  linkIn,
  manon,
  newPassword,
  register,
  settled,
} from "../../../test/kit/registration.ts";

const ofManon = "manon@demo.example";
const ofDavid = "david@demo.example";
const invitationLink = (portal: Portal) => linkIn(portal, ofDavid, "invitation");

async function renew(portal: Portal, link: string, address = "127.0.0.1") {
  const page = await portal.browser(address).post(`${link}/renew`, { renew: "on" });
  await settled();
  return page;
}

describe("2.4 a lapsed link", () => {
  test("of a registration has a button that sends a new one to the same address", async () => {
    const portal = await startPortal();
    await register(portal, emma);
    const lapsed = confirmationLink(portal, emma.email);
    portal.advance({ hours: 48 });
    const page = await portal.browser().get(lapsed);
    expect(page.status).toBe(410);
    expect(page.document.querySelector("main form")?.getAttribute("action")).toBe(`${lapsed}/renew`);
    expect(page.document.querySelector('main a[href="/register"]')).not.toBeNull();
    const sent = await renew(portal, lapsed);
    expect([sent.status, sent.location]).toEqual([303, "/register?renewed"]);
    expect(kindsTo(portal, emma.email)).toHaveLength(2);
    const fresh = confirmationLink(portal, emma.email);
    expect(fresh).not.toBe(lapsed);
    expect((await portal.browser().post(fresh)).location).toBe("/login?confirmed");
    expect((await portal.browser().signIn(emma.identifier, newPassword)).location).toBe("/dashboard");
  });

  test("of an invitation sends a new invitation of 15 days, and the form works for that person too", async () => {
    const portal = await startPortal();
    const lapsed = invitationLink(portal);
    portal.advance({ days: 15 });
    expect((await portal.browser().get(lapsed)).document.querySelector("main form")).not.toBeNull();
    await renew(portal, lapsed);
    expect(kindsTo(portal, ofDavid)).toEqual(["invitation", "invitation"]);
    portal.advance({ days: 14 });
    expect((await portal.browser().get(invitationLink(portal))).status).toBe(200);
    const david = {
      ...manon,
      identifier: "10000004",
      birthDay: "28",
      birthMonth: "2",
      birthYear: "2005",
      email: ofDavid,
    };
    await register(portal, david);
    expect((await portal.browser().post(confirmationLink(portal, ofDavid))).location).toBe("/login?confirmed");
    expect((await portal.browser().get(invitationLink(portal))).status).toBe(410);
  });

  test("is renewed at its last second no, at its end yes", async () => {
    const portal = await startPortal();
    await register(portal, manon);
    const link = confirmationLink(portal, ofManon);
    portal.advance({ hours: 48, seconds: -1 });
    expect((await renew(portal, link)).location).toBe("/register?renewed");
    expect(kindsTo(portal, ofManon)).toHaveLength(1);
    expect((await portal.browser().get(link)).status).toBe(200);
    portal.advance({ seconds: 1 });
    await renew(portal, link);
    expect(kindsTo(portal, ofManon)).toHaveLength(2);
  });

  test("is renewed once: the older token is forgotten with it", async () => {
    const portal = await startPortal();
    await register(portal, manon);
    const link = confirmationLink(portal, ofManon);
    portal.advance({ days: 3 });
    await Promise.all(Array.from({ length: 10 }, () => portal.browser().post(`${link}/renew`)));
    await settled();
    expect(kindsTo(portal, ofManon)).toHaveLength(2);
    expect((await portal.browser().get(link)).document.querySelector("main form")).toBeNull();
    await renew(portal, link);
    expect(kindsTo(portal, ofManon)).toHaveLength(2);
  });

  test.each([
    ["an unknown token", () => "/activate/none"],
    ["a token of 3000 characters", () => `/activate/${"a".repeat(3000)}`],
    ["a fish", () => "/activate/%F0%9F%90%9F"],
    [
      "a question to a legal representative",
      (portal: Portal) => linkIn(portal, "nadia@home.example", "guardian.asked"),
    ],
    ["a link to a new password", (portal: Portal) => resetLink(portal)],
  ])("%s is answered alike and sends nothing", async (_, tokenOf) => {
    const portal = await startPortal();
    await register(portal, farid);
    await portal.browser().post("/password/forgot", { identifier: "10000001" });
    await settled();
    const link = tokenOf(portal).replace(/^.*\//, "/activate/");
    portal.advance({ days: 20 });
    const before = count(portal, "mails");
    const sent = await renew(portal, link);
    expect([sent.status, sent.location]).toEqual([303, "/register?renewed"]);
    expect(count(portal, "mails")).toBe(before);
    expect((await portal.browser().get(link)).document.querySelector("main form")).toBeNull();
  });

  const resetLink = (portal: Portal) =>
    /\/password\/reset\/[\w-]+/.exec(portal.mailsTo("alice@demo.example").at(-1)!.text)![0];

  test("looked at sends nothing: the page only offers it", async () => {
    const portal = await startPortal();
    await register(portal, manon);
    const link = confirmationLink(portal, ofManon);
    portal.advance({ days: 3 });
    for (let visit = 0; visit < 3; visit++) await portal.browser().get(link);
    expect((await portal.browser().get(`${link}/renew`)).status).toBe(404);
    await settled();
    expect(kindsTo(portal, ofManon)).toHaveLength(1);
  });

  test("of somebody who left, or whose account is open, is no longer renewed", async () => {
    const portal = await startPortal();
    const lapsed = invitationLink(portal);
    portal.advance({ days: 16 });
    portal.db.$client.exec("UPDATE members SET ended = 1 WHERE member_id = 'P0004'");
    await renew(portal, lapsed);
    expect(kindsTo(portal, ofDavid)).toHaveLength(1);
  });

  test("costs its address one of 20 an hour", async () => {
    const portal = await startPortal();
    for (let index = 0; index < 20; index++) expect((await renew(portal, "/activate/none")).status).toBe(303);
    const page = await renew(portal, "/activate/none");
    expect([page.status, Number(page.headers.get("retry-after")) > 0]).toEqual([429, true]);
  });
});

describe("2.6 “confirm first” has a button that sends the mail again:", () => {
  async function afterTheRightPassword(portal: Portal, identifier: string) {
    const visitor = portal.browser();
    const page = await visitor.signIn(identifier, newPassword);
    expect(page.status).toBe(403);
    expect(page.document.querySelector("main form")?.getAttribute("action")).toBe("/login/resend");
    return visitor;
  }

  test("the confirmation goes to the address it went to first, and the older link dies", async () => {
    const portal = await startPortal();
    await register(portal, { ...manon, email: "typed@personal.example" });
    const older = confirmationLink(portal, ofManon);
    const visitor = await afterTheRightPassword(portal, manon.identifier);
    const sent = await visitor.post("/login/resend", { resend: "on" });
    expect([sent.status, sent.location]).toEqual([303, "/register?resent"]);
    expect(kindsTo(portal, ofManon)).toHaveLength(2);
    expect(kindsTo(portal, "typed@personal.example")).toHaveLength(1);
    expect((await visitor.get(older)).status).toBe(410);
    expect((await visitor.post(confirmationLink(portal, ofManon))).location).toBe("/login?confirmed");
  });

  test("the question goes to the legal representative again", async () => {
    const portal = await startPortal();
    await register(portal, farid);
    await portal.browser().post(confirmationLink(portal, "farid@demo.example"));
    const older = linkIn(portal, "nadia@home.example", "guardian.asked");
    const visitor = await afterTheRightPassword(portal, farid.identifier);
    expect((await visitor.post("/login/resend")).location).toBe("/register?resent");
    const newer = linkIn(portal, "nadia@home.example", "guardian.asked");
    expect(newer).not.toBe(older);
    expect((await visitor.get(older)).status).toBe(410);
    expect((await visitor.post(newer, { decision: "accept" })).status).toBe(303);
    expect(accountsOf(portal, "P0006")).toMatchObject([{ status: "active" }]);
    expect((await visitor.post("/login/resend")).location).toBe("/login");
  });

  test("five mails an hour, silently; the link of the last one stays good", async () => {
    const portal = await startPortal();
    await register(portal, manon);
    const visitor = await afterTheRightPassword(portal, manon.identifier);
    for (let index = 0; index < 8; index++)
      expect((await visitor.post("/login/resend")).location).toBe("/register?resent");
    expect(kindsTo(portal, ofManon)).toHaveLength(5);
    expect((await visitor.post(confirmationLink(portal, ofManon))).status).toBe(303);
  });

  test.each([
    [-1, "/register?resent"],
    [0, "/login"],
    [1, "/login"],
  ])("ten minutes after the password, %+d s, it leads to %s", async (seconds, location) => {
    const portal = await startPortal();
    await register(portal, manon);
    const visitor = await afterTheRightPassword(portal, manon.identifier);
    portal.advance({ minutes: 10, seconds });
    expect((await visitor.post("/login/resend")).location).toBe(location);
    expect(kindsTo(portal, ofManon)).toHaveLength(location === "/login" ? 1 : 2);
  });

  test("nobody sends anything without the right password", async () => {
    const portal = await startPortal();
    await register(portal, manon);
    const stranger = portal.browser();
    await stranger.signIn(manon.identifier, "Faux-Faux-11");
    // No cookie at all: the page to sign in says that the browser refuses them.
    expect((await stranger.post("/login/resend")).location).toBe("/login?next=%2Fdashboard&nocookie");
    stranger.cookies.set("challenge", "a".repeat(43));
    expect((await stranger.post("/login/resend", { identifier: manon.identifier })).location).toBe("/login");
    expect(kindsTo(portal, ofManon)).toHaveLength(1);
  });

  test("once the account is open there is nothing to send", async () => {
    const portal = await startPortal();
    await register(portal, manon);
    const visitor = await afterTheRightPassword(portal, manon.identifier);
    await portal.browser().post(confirmationLink(portal, ofManon));
    expect((await visitor.post("/login/resend")).location).toBe("/login");
    expect(kindsTo(portal, ofManon)).toHaveLength(1);
  });
});
