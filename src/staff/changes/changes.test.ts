import { join } from "node:path";
import { expect, test } from "vitest";
import { startPortal } from "../../../test/kit/portal.ts";
import { settleChange } from "../../domain/change-settling.ts";
import { bank, rowsOf as changesOf, lille, statesOf } from "../../features/changes/changes-kit.ts";
import { exportFeed } from "../../feeds/export.ts";
import { urls } from "../../web/urls.ts";
import { atOnce, buttonsOn, factsOf, faults, linksOn, mailsOf, main, rowsOn } from "../queue/queue-kit.ts";

async function asked(what: "address" | "bank" = "address") {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  if (what === "address") await alice.post(urls.dossierAddress, lille);
  else expect((await alice.post(urls.dossierBank, bank)).status).toBe(303);
  const [adviser, admin] = [await portal.staffBrowser("adviser"), await portal.staffBrowser("admin", "127.0.0.2")];
  const { change_id: changeId } = changesOf(portal)[0]!;
  const send = () => exportFeed(portal, join(portal.dataDir, "outbox"));
  const outbound = () => portal.db.$client.prepare("SELECT entity FROM outbound WHERE entity = 'changements'").all();
  return { portal, alice, adviser, admin, changeId, path: urls.staffChange(changeId), send, outbound };
}

const settled = { decision: "applied", reason: "Vérifié avec la personne" };

test("D10a a change waits with its age; before and after stand side by side", async () => {
  const { portal, adviser, path } = await asked();
  portal.advance({ minutes: 10 });
  const list = await adviser.get(urls.staffChanges);
  expect([linksOn(list), rowsOn(list)[0]]).toEqual([
    [path],
    ["Adresse postale", "Alice Marie LEFÈVRE (10000001)", "en attente", "10 minutes"],
  ]);
  const page = await adviser.get(path);
  const [before, after] = [...page.document.querySelectorAll("tbody td")].map((cell) => cell.textContent ?? "");
  expect(after).toContain("14 RUE DES LILAS");
  expect([before!.length > 10, before!.includes("14 RUE DES LILAS")]).toEqual([true, false]);
});

test("4.8 the member reads, once in a session, that the change was looked at", async () => {
  const { portal, alice, adviser, path } = await asked("bank");
  for (let time = 0; time < 3; time++) await adviser.get(path);
  expect(factsOf(portal, "file.read")).toEqual([
    { memberId: "P0001", actor: "staff", details: { staff: "adviser@demo.example", what: "file" } },
  ]);
  expect(main(await alice.get("/account/activity"))).toContain("Nos équipes ont lu votre dossier");
});

test.each(["applied", "refused"] as const)(
  "D10a %s by hand before it has left: told by mail, proven, and taken out of the feed",
  async (decision) => {
    const { portal, alice, adviser, changeId, path, outbound, send } = await asked();
    const { status, location } = await adviser.post(path, { decision, reason: "Vérifié avec la personne" });
    expect([status, location]).toEqual([303, `${urls.staffChanges}?done=told`]);
    expect([statesOf(portal), outbound()]).toEqual([[decision], []]);
    send();
    expect(mailsOf(portal, "change.settled")).toHaveLength(1);
    expect(mailsOf(portal, "change.settled")[0]!.text).not.toContain("Vérifié");
    expect(factsOf(portal, "change.settled")).toEqual([
      {
        memberId: "P0001",
        actor: "staff",
        details: { change: changeId, about: "address", result: decision, staff: "adviser@demo.example" },
      },
    ]);
    const page = await alice.get(urls.changes);
    if (decision === "refused") expect(page.text).toContain("Vérifié avec la personne");
    expect(page.text + (await alice.get("/account/activity")).text).not.toContain("adviser@demo.example");
    expect(rowsOn(await adviser.get(`${urls.staffChanges}?state=closed`))).toHaveLength(1);
    // A later answer of the feed changes nothing.
    expect(settleChange(portal, { changeId, result: "refused", reason: "Autre" })).toBe(false);
    expect([statesOf(portal), mailsOf(portal, "change.settled").length]).toEqual([[decision], 1]);
  },
);

test("D10a one that has left may be decided, and the answer of the feed then changes nothing", async () => {
  const { portal, adviser, changeId, path, send, outbound } = await asked();
  send();
  expect((await adviser.post(path, settled)).status).toBe(303);
  expect(outbound()).toHaveLength(1);
  expect(settleChange(portal, { changeId, result: "refused", reason: "Non" })).toBe(false);
  expect([statesOf(portal), mailsOf(portal, "change.settled").length]).toEqual([["applied"], 1]);
});

test("D10b a bank account is not applied before it has left, but may be refused; its number is never shown", async () => {
  const { portal, adviser, path, send, outbound } = await asked("bank");
  const page = await adviser.get(path);
  expect([buttonsOn(page), page.text.includes(bank.iban), page.text.includes("00010000")]).toEqual([
    ["refused"],
    false,
    false,
  ]);
  const forged = await adviser.post(path, settled);
  expect([forged.status, faults(forged), statesOf(portal)]).toEqual([422, ["decision"], ["pending"]]);
  // Its 72 hours are over, and it has not left yet: nobody of the mutual has its number.
  portal.advance({ hours: 72 });
  await adviser.post("/staff/logout");
  const later = await portal.staffBrowser("adviser");
  expect([(await later.post(path, settled)).status, statesOf(portal)]).toEqual([422, ["pending"]]);
  send();
  expect(buttonsOn(await later.get(path))).toEqual(["applied", "refused"]);
  expect([(await later.post(path, settled)).status, statesOf(portal)]).toEqual([303, ["applied"]]);
  expect(outbound()).toHaveLength(1);
});

test("D10b a bank account refused within its 72 hours never leaves", async () => {
  const { portal, adviser, path, outbound, send } = await asked("bank");
  expect((await adviser.post(path, { decision: "refused", reason: "Compte inconnu" })).status).toBe(303);
  portal.advance({ hours: 73 });
  send();
  expect([statesOf(portal), outbound()]).toEqual([["refused"], []]);
});

test("of 20 decisions at once one wins, 19 are told of it: one mail, one fact", async () => {
  const { portal, adviser, admin, path } = await asked();
  const { won, conflicts, others } = await atOnce([adviser, admin], path, settled);
  expect([won, conflicts.length, others]).toEqual([1, 19, []]);
  expect([mailsOf(portal, "change.settled").length, factsOf(portal, "change.settled").length]).toEqual([1, 1]);
  expect(main(conflicts[0]!)).toMatch(/(adviser|admin)@demo\.example, le 23 novembre 2026 à 09:00 : appliqué/);
  expect(main(conflicts[0]!)).toContain(settled.reason);
});

test("one that its author has cancelled meanwhile says so", async () => {
  const { alice, adviser, changeId, path } = await asked();
  await alice.post(urls.cancelChange(changeId));
  const page = await adviser.post(path, settled);
  expect(page.document.querySelector("h1")?.textContent).toBe("Ce changement a été annulé entre-temps");
  expect([page.status, main(page).includes("La personne elle-même, le 23 novembre 2026 à 09:00 : annulé")]).toEqual([
    409,
    true,
  ]);
});

test("without a reason, with a secret number or with odd values nothing is decided", async () => {
  const { portal, adviser, path } = await asked();
  for (const fields of [
    { decision: "applied", reason: "" },
    { decision: "applied", reason: "FR76 3000 4000 0100 0004 5678 904" },
    { decision: "pending", reason: "x" },
    { reason: "x" },
  ] as Record<string, string>[])
    expect([fields, (await adviser.post(path, fields)).status]).toEqual([fields, 422]);
  expect((await adviser.post(urls.staffChange("nobody"), settled)).status).toBe(404);
  expect(statesOf(portal)).toEqual(["pending"]);
});

test("a new e-mail that is not confirmed is asked of nobody yet", async () => {
  const { portal, adviser } = await asked();
  const bob = portal.browser("127.0.0.3");
  await bob.signIn("bob");
  await bob.post(urls.dossierContact, { email: "bob2@demo.example", mobile: "", password: bank.password });
  const id = portal.db.$client
    .prepare<[], string>("SELECT change_id FROM changes WHERE state = 'unconfirmed'")
    .pluck()
    .get()!;
  expect([
    (await adviser.get(urls.staffChange(id))).status,
    (await adviser.post(urls.staffChange(id), settled)).status,
  ]).toEqual([404, 404]);
});
