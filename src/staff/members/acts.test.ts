import { describe, expect, test } from "vitest";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { aliceFile, factsOf, open } from "./members-kit.ts";

const statusOf = ({ db }: Portal, memberId = "P0001") =>
  db.$client.prepare("SELECT status FROM accounts WHERE member_id = ?").pluck().get(memberId);
const sure = { reason: "Demande vérifiée par téléphone", confirm: "on" };

async function opened(file = aliceFile) {
  const portal = await startPortal();
  const adviser = await portal.staffBrowser("adviser");
  await open(adviser, file);
  return { portal, adviser };
}

describe("an act on an account", () => {
  test.each(["freeze", "replace", "annul"])(
    "%s asks for a reason and to be confirmed, and does nothing before",
    async (act) => {
      const { portal, adviser } = await opened();
      const form = await adviser.get(`${aliceFile}/acts/${act}`);
      expect([form.status, form.text.includes("10000001")]).toEqual([200, true]);
      const faultsOf = async (fields: Record<string, string>) => {
        const page = await adviser.post(`${aliceFile}/acts/${act}`, fields);
        const links = [...page.document.querySelectorAll(".errors a")].map((link) => link.getAttribute("href"));
        return [page.status, ...links];
      };
      expect(await faultsOf({})).toEqual([422, "#reason", "#confirm"]);
      expect(await faultsOf({ reason: " ", confirm: "on" })).toEqual([422, "#reason"]);
      expect(await faultsOf({ reason: "x".repeat(501), confirm: "yes" })).toEqual([422, "#reason", "#confirm"]);
      expect(statusOf(portal)).toBe("active");
    },
  );

  test("needs the file to be open in this session", async () => {
    const portal = await startPortal();
    const adviser = await portal.staffBrowser("adviser");
    const page = await adviser.post(`${aliceFile}/acts/freeze`, sure);
    expect([page.document.querySelector("select[name=reason]") !== null, statusOf(portal)]).toEqual([true, "active"]);
  });

  test("is not for the data-protection officer, who reads", async () => {
    const portal = await startPortal();
    const dpo = await portal.staffBrowser("dpo");
    await open(dpo);
    expect((await dpo.get(aliceFile)).document.querySelector("#acts")).toBe(null);
    expect((await dpo.get(`${aliceFile}/acts/freeze`)).status).toBe(403);
    expect([(await dpo.post(`${aliceFile}/acts/freeze`, sure)).status, statusOf(portal)]).toEqual([403, "active"]);
  });

  test("that does not exist is no page", async () => {
    const { adviser } = await opened();
    for (const act of ["open", "delete", "x", "constructor"])
      expect([act, (await adviser.get(`${aliceFile}/acts/${act}`)).status]).toEqual([act, 404]);
  });
});

test("4.5 freezing blocks the account, tells its owner, and the journal names who did it and why", async () => {
  const { portal, adviser } = await opened();
  const alice = portal.browser();
  await alice.signIn("alice");
  const reason = "Appel, son numéro est le 2 02 03 59 350 123 45";
  const done = await adviser.post(`${aliceFile}/acts/freeze`, { ...sure, reason });
  expect([done.status, done.location]).toEqual([303, `${aliceFile}?done=freeze`]);
  expect((await adviser.follow(done)).document.querySelector("main .notice")?.textContent).toContain("bloqué");
  expect([statusOf(portal), (await alice.get("/account")).status]).toEqual(["frozen", 303]);
  expect(portal.mailsTo("alice@demo.example").some(({ kind }) => kind === "account.frozen")).toBe(true);
  const [fact] = factsOf(portal, "account.frozen");
  expect(fact).toMatchObject({ actor: "staff", details: { by: "staff", staff: "adviser@demo.example" } });
  expect(String(fact!.details.reason)).toBe("Appel, son numéro est le 2…");
});

test("4.6 replacing deletes the account and invites anew, with the mail and both lines of the journal", async () => {
  const { portal, adviser } = await opened();
  await adviser.post(`${aliceFile}/acts/replace`, sure);
  expect(statusOf(portal)).toBe(undefined);
  expect(portal.mailsTo("alice@demo.example").at(-1)!.kind).toBe("invitation");
  const staff = "adviser@demo.example";
  expect(factsOf(portal, "account.replaced")[0]!.details).toMatchObject({ by: "lost credentials", staff });
  expect(factsOf(portal, "invitation.queued").at(-1)).toMatchObject({ actor: "staff", details: { staff } });
});

test("annulling deletes the account and mails the reason", async () => {
  const { portal, adviser } = await opened();
  await adviser.post(`${aliceFile}/acts/annul`, { ...sure, reason: "Inscription faite par quelqu’un d’autre" });
  expect(statusOf(portal)).toBe(undefined);
  const mail = portal.mailsTo("alice@demo.example").at(-1)!;
  expect([mail.kind, mail.text.includes("Inscription faite par quelqu’un d’autre")]).toEqual([
    "account.annulled",
    true,
  ]);
  expect(factsOf(portal, "account.annulled")[0]!.details).toMatchObject({ staff: "adviser@demo.example" });
});

test("somebody without an account is invited again, and is offered nothing else", async () => {
  const { portal, adviser } = await opened("/staff/members/P0004");
  const page = await adviser.get("/staff/members/P0004");
  const offered = [...page.document.querySelectorAll("#acts a")].map((link) => link.getAttribute("href"));
  expect(offered).toEqual(["/staff/members/P0004/acts/invite"]);
  const before = portal.mailsTo("david@demo.example").length;
  expect((await adviser.post("/staff/members/P0004/acts/invite", sure)).status).toBe(303);
  expect(portal.mailsTo("david@demo.example")).toHaveLength(before + 1);
  expect((await adviser.post("/staff/members/P0004/acts/freeze", sure)).status).toBe(409);
});

test("two at once: one acts, the others are told that somebody was faster, and one mail leaves", async () => {
  const { portal, adviser } = await opened();
  const all = await Promise.all(Array.from({ length: 20 }, () => adviser.post(`${aliceFile}/acts/annul`, sure)));
  const statuses = all.map(({ status }) => status).sort();
  expect(statuses).toEqual([303, ...Array(19).fill(409)]);
  expect(all.find(({ status }) => status === 409)!.text).toContain("entre-temps");
  expect(factsOf(portal, "account.annulled")).toHaveLength(1);
  expect(portal.mailsTo("alice@demo.example").filter(({ kind }) => kind === "account.annulled")).toHaveLength(1);
});

test("an account deleted meanwhile is said to be gone, on the form and on its sending", async () => {
  const { portal, adviser } = await opened();
  portal.db.$client.exec("DELETE FROM accounts WHERE member_id = 'P0001'");
  const form = await adviser.get(`${aliceFile}/acts/freeze`);
  expect([form.status, form.text.includes("Rien n’a été fait")]).toEqual([409, true]);
  const sent = await adviser.post(`${aliceFile}/acts/freeze`, sure);
  expect([sent.status, sent.text.includes("plus, de compte")]).toEqual([409, true]);
});
