import { describe, expect, test } from "vitest";
import type { Page } from "../../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import {
  accountsOf,
  confirmationLink,
  count,
  factsOf,
  linkIn,
  manon,
  newPassword,
  outboundOf,
  register,
} from "../../../test/kit/registration.ts";
import { invite } from "../../domain/invitations.ts";
import { choices, readChoices } from "../../domain/preferences.ts";

const ofDavid = "david@demo.example";
const good = { password: newPassword, charter: "on" };
const guardian = { guardianName: "Nadia Benali", guardianEmail: "nadia@home.example" };
const summary = (page: Page) =>
  [...page.document.querySelectorAll(".errors a")].map((link) => link.getAttribute("href"));
const invitationOf = (portal: Portal, recipient: string) => linkIn(portal, recipient, "invitation");

function inviteFarid(portal: Portal): string {
  invite(portal, "P0006", "operator");
  return invitationOf(portal, "farid@demo.example");
}

describe("2.1 an invitation asks for the same choices as a registration:", () => {
  test("none is ticked beforehand", async () => {
    const portal = await startPortal();
    const page = await portal.browser().get(invitationOf(portal, ofDavid));
    for (const name of choices) {
      const boxes = page.document.querySelectorAll(`input[type=checkbox][name=${name}]`);
      expect([name, boxes.length, boxes[0]?.hasAttribute("checked")]).toEqual([name, 1, false]);
    }
    expect(page.document.querySelector("#guardianName")).toBeNull();
  });

  test("what is ticked is kept and proven, and nothing else; the mobile number in its international form", async () => {
    const portal = await startPortal();
    await portal
      .browser()
      .post(invitationOf(portal, ofDavid), { ...good, alertSms: "on", mobile: "06 12 34 56 78", offers: "on" });
    expect(accountsOf(portal, "P0004")).toMatchObject([{ status: "active", mobile: "+33612345678" }]);
    const id = portal.db.$client.prepare("SELECT id FROM accounts WHERE member_id = 'P0004'").pluck().get() as string;
    expect(Object.entries(readChoices(portal, id)).filter(([, chosen]) => chosen)).toEqual([
      ["offers", true],
      ["alertSms", true],
    ]);
    const given = factsOf(portal, "P0004").filter(({ kind }) => kind === "consent.given");
    expect(given.map(({ details }) => details.list)).toEqual(["offers", "alertSms"]);
  });

  test("a number is needed for text messages, and the link serves again", async () => {
    const portal = await startPortal();
    const link = invitationOf(portal, ofDavid);
    const page = await portal.browser().post(link, { ...good, alertSms: "on", offers: "on" });
    expect([page.status, summary(page)]).toEqual([422, ["#mobile"]]);
    expect(page.document.getElementById("offers")?.hasAttribute("checked")).toBe(true);
    expect((await portal.browser().post(link, good)).status).toBe(303);
  });
});

describe("1.3 an invited minor", () => {
  test("names the legal representative, who is asked at once and whose answer opens the account", async () => {
    const portal = await startPortal();
    const link = inviteFarid(portal);
    const page = await portal.browser().get(link);
    expect(page.document.querySelector("#guardianName")).not.toBeNull();
    const opened = await portal.browser().post(link, { ...good, ...guardian });
    expect([opened.status, opened.location]).toEqual([303, "/register?awaiting"]);
    expect(accountsOf(portal, "P0006")).toMatchObject([{ status: "awaiting_guardian" }]);
    expect(outboundOf(portal, "P0006")).toEqual([]);
    const asked = linkIn(portal, "nadia@home.example", "guardian.asked");
    await portal.browser().post(asked, { decision: "accept" });
    expect((await portal.browser().signIn("10000006", newPassword)).location).toBe("/dashboard");
    expect(outboundOf(portal, "P0006")).toHaveLength(1);
  });

  test.each([
    ["nobody", {}, ["#guardianName", "#guardianEmail"]],
    ["the minor's own e-mail", { ...guardian, guardianEmail: "Farid@demo.example" }, ["#guardianEmail"]],
  ])("who names %s opens nothing", async (_, fields, faulty) => {
    const portal = await startPortal();
    const page = await portal.browser().post(inviteFarid(portal), { ...good, ...fields });
    expect([page.status, summary(page)]).toEqual([422, faulty]);
    expect(accountsOf(portal, "P0006")).toEqual([]);
  });

  test("of an adult, a representative sent along is neither read nor kept", async () => {
    const portal = await startPortal();
    await portal.browser().post(invitationOf(portal, ofDavid), { ...good, ...guardian });
    expect(accountsOf(portal, "P0004")).toMatchObject([{ status: "active" }]);
    expect(count(portal, "guardian_consents")).toBe(0);
    expect(portal.mailsTo("nadia@home.example")).toEqual([]);
  });
});

test("2.1 a registration that somebody else began does not stop the person invited: it gives way, password and link", async () => {
  const portal = await startPortal();
  const stranger = { ...manon, identifier: "10000004", birthDay: "28", birthMonth: "2", birthYear: "2005" };
  await register(portal, { ...stranger, email: ofDavid, password: "Autre-Choix-93", offers: "on" });
  const begun = confirmationLink(portal, ofDavid);
  expect((await portal.browser().post(invitationOf(portal, ofDavid), good)).location).toBe("/login?opened");
  expect((await portal.browser().get(begun)).status).toBe(410);
  expect((await portal.browser().post(begun)).status).toBe(410);
  expect(accountsOf(portal, "P0004")).toMatchObject([{ status: "active" }]);
  expect((await portal.browser("127.0.0.2").signIn("david", "Autre-Choix-93")).status).toBe(422);
  expect((await portal.browser().signIn("david", newPassword)).location).toBe("/dashboard");
  expect(factsOf(portal, "P0004").filter(({ kind }) => kind === "consent.given")).toEqual([]);
});

test("5.4 an invitation accepted tells the back office once that statements no longer go by post", async () => {
  const portal = await startPortal();
  const link = invitationOf(portal, ofDavid);
  expect(outboundOf(portal, "P0004")).toEqual([]);
  for (let times = 0; times < 2; times++) await portal.browser().post(link, good);
  expect(outboundOf(portal, "P0004")).toEqual([
    { entity: "preferences_papier", row: { personne_id: "P0004", papier: "N", date_effet: "2026-11-23" } },
  ]);
});
