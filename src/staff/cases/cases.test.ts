import { describe, expect, test } from "vitest";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { openCase, readCase } from "../../domain/cases.ts";
import { freezeByStaff } from "../../domain/staff-acts.ts";
import { write } from "../../platform/database.ts";
import { urls } from "../../web/urls.ts";
import { atOnce, buttonsOn, factsOf, faults, linksOn, mailsOf, main, rowsOn } from "../queue/queue-kit.ts";

const path = urls.staffCase(1);
const close = { decision: "close", reason: "Rien d’anormal trouvé." };

async function phishing() {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  const message = "Un appel m’a demandé mon mot de passe, et mon numéro 2 02 03 59 350 123 50";
  await alice.post(urls.helpCredentials, { kind: "phishing", email: "alice@demo.example", message });
  await new Promise((resolve) => setImmediate(resolve));
  const [adviser, admin] = [await portal.staffBrowser("adviser"), await portal.staffBrowser("admin", "127.0.0.2")];
  return { portal, alice, adviser, admin, dpo: await portal.staffBrowser("dpo", "127.0.0.3") };
}

const accountOf = ({ db }: Portal, memberId = "P0001") =>
  db.$client.prepare("SELECT status FROM accounts WHERE member_id = ?").pluck().get(memberId);

test("4.8 a phishing case shows its audit in tables, not in code, and the member sees that it was read", async () => {
  const { portal, alice, adviser } = await phishing();
  portal.advance({ minutes: 13 });
  const list = await adviser.get(urls.staffCases);
  expect(rowsOn(list)[0]).toEqual([
    "N° 1 : tentative de phishing",
    "Alice Marie LEFÈVRE (10000001)",
    "ouvert",
    "13 minutes",
  ]);
  const page = await adviser.get(path);
  const captions = [...page.document.querySelectorAll("caption")].map(({ textContent }) => textContent);
  expect(captions).toContain("Sessions ouvertes");
  expect(captions).toContain("Connexions");
  expect(main(page)).toContain("Connexion");
  expect(main(page)).toContain("la personne, connectée");
  expect(main(page)).not.toMatch(/\{"|\[object|undefined|350 123/);
  expect(factsOf(portal, "file.read").at(-1)?.details).toEqual({ staff: "adviser@demo.example", what: "case" });
  expect((await alice.get("/account/activity")).text).not.toContain("adviser@demo.example");
});

test("4.8 closing mails the result once, whoever was faster: of 20 one wins", async () => {
  const { portal, adviser, dpo } = await phishing();
  const { won, conflicts, others } = await atOnce([adviser, dpo], path, close);
  expect([won, conflicts.length, others]).toEqual([1, 19, []]);
  const mails = mailsOf(portal, "case.closed");
  expect([mails.length, mails[0]!.text.includes(close.reason)]).toEqual([1, true]);
  expect(factsOf(portal, "case.closed")).toMatchObject([{ memberId: "P0001", details: { case: 1 } }]);
  expect(main(conflicts[0]!)).toMatch(/(adviser|dpo)@demo\.example, le 23 novembre 2026 à 09:00 : dossier clos/);
  expect(readCase(portal, 1)).toMatchObject({
    closedBy: expect.stringMatching(/@demo\.example$/),
    result: close.reason,
  });
  const over = await adviser.get(path);
  expect([buttonsOn(over), main(over).includes(close.reason)]).toEqual([[], true]);
  expect(linksOn(await adviser.get(`${urls.staffCases}?state=closed&kind=phishing`))).toEqual([path]);
  expect(linksOn(await adviser.get(`${urls.staffCases}?state=closed&kind=lost`))).toEqual([]);
});

describe("acts that belong to a case", () => {
  async function lost() {
    const portal = await startPortal();
    freezeByStaff(portal, "10000001");
    return { portal, adviser: await portal.staffBrowser("adviser") };
  }

  test("4.5 lost credentials: the account is replaced, the result mailed, the invitation sent, all at once", async () => {
    const { portal, adviser } = await lost();
    expect(buttonsOn(await adviser.get(path))).toEqual(["replace", "close"]);
    const { location } = await adviser.post(path, { decision: "replace", reason: "Compte remplacé." });
    expect(location).toBe(`${urls.staffCases}?done=told`);
    expect(accountOf(portal)).toBeUndefined();
    expect([mailsOf(portal, "invitation").length, mailsOf(portal, "case.closed").length]).toEqual([1, 1]);
    expect(factsOf(portal, "account.replaced").map(({ details }) => details.staff)).toEqual(["adviser@demo.example"]);
    expect(readCase(portal, 1)!.result).toBe("Compte remplacé.");
  });

  test("what cannot be done undoes all of it, and says why beside the buttons", async () => {
    const { portal, adviser } = await lost();
    portal.db.$client.exec("UPDATE members SET email = NULL WHERE member_id = 'P0001'");
    const page = await adviser.post(path, { decision: "replace", reason: "Compte remplacé." });
    expect([page.status, faults(page), accountOf(portal)]).toEqual([422, ["decision"], "frozen"]);
    expect([readCase(portal, 1)!.closedAt, mailsOf(portal, "case.closed")]).toEqual([null, []]);
    expect(page.document.querySelector("textarea")?.textContent).toBe("Compte remplacé.");
  });

  test("1.6 an identity to check may end in a registration annulled, whose owner is told why", async () => {
    const portal = await startPortal();
    write(portal.db, () =>
      openCase(portal, { kind: "identity_check", memberId: "P0001", content: { changed: ["birth date"] } }),
    );
    const adviser = await portal.staffBrowser("adviser");
    const page = await adviser.get(path);
    expect([buttonsOn(page), main(page).includes("date de naissance")]).toEqual([["replace", "annul", "close"], true]);
    await adviser.post(path, { decision: "annul", reason: "Ouvert par quelqu’un d’autre." });
    expect(accountOf(portal)).toBeUndefined();
    expect(mailsOf(portal, "account.annulled")[0]!.text).toContain("Ouvert par quelqu’un d’autre.");
  });

  test("who may not act on accounts closes the case, and does nothing else", async () => {
    const { portal } = await lost();
    const dpo = await portal.staffBrowser("dpo", "127.0.0.4");
    expect(buttonsOn(await dpo.get(path))).toEqual(["close"]);
    expect((await dpo.post(path, { decision: "replace", reason: "x" })).status).toBe(422);
    expect([accountOf(portal), readCase(portal, 1)!.closedAt]).toEqual(["frozen", null]);
  });

  test("an act that does not belong to the case is refused, and so is one without an account", async () => {
    const { portal, adviser } = await phishing();
    expect((await adviser.post(path, { decision: "annul", reason: "x" })).status).toBe(422);
    portal.db.$client.exec("DELETE FROM accounts WHERE member_id = 'P0001'");
    expect(buttonsOn(await adviser.get(path))).toEqual(["close"]);
    expect((await adviser.post(path, { decision: "replace", reason: "x" })).status).toBe(422);
    expect(readCase(portal, 1)!.closedAt).toBeNull();
  });
});

test("a case about nobody known is closed without a mail", async () => {
  const portal = await startPortal();
  write(portal.db, () =>
    openCase(portal, { kind: "lost", content: { by: "visitor", email: "x@demo.example", message: "<b>?" } }),
  );
  const adviser = await portal.staffBrowser("adviser");
  const page = await adviser.get(path);
  expect([page.text.includes("<b>?"), main(page).includes("Personne inconnue")]).toEqual([false, true]);
  expect(buttonsOn(page)).toEqual(["close"]);
  expect((await adviser.post(path, close)).location).toBe(`${urls.staffCases}?done=untold`);
});

test("without a result, with a secret number or with odd values nothing is closed", async () => {
  const { portal, adviser } = await phishing();
  for (const fields of [
    { decision: "close", reason: " " },
    { decision: "close", reason: "2 02 03 59 350 123 50" },
    { decision: "x", reason: "y" },
  ])
    expect([fields, (await adviser.post(path, fields)).status]).toEqual([fields, 422]);
  expect([
    (await adviser.get("/staff/cases/99")).status,
    (await adviser.post("/staff/cases/99", close)).status,
  ]).toEqual([404, 404]);
  expect((await adviser.get(`${urls.staffCases}?kind=x`)).status).toBe(400);
  expect(readCase(portal, 1)!.closedAt).toBeNull();
});
