import { describe, expect, test } from "vitest";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { tellSentCards } from "../../domain/card-settling.ts";
import { exportAll, forLeo, load, rowsOf, statesOf } from "../../features/ehic/ehic-kit.ts";
import { urls } from "../../web/urls.ts";
import { atOnce, buttonsOn, factsOf, faults, linksOn, mailsOf, main, rowsOn, seenOn } from "../queue/queue-kit.ts";

/** Alice has asked a card for Léo, and two people of the mutual are at their desks. */
async function asked() {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  await alice.post("/ehic/requests", forLeo);
  const [adviser, admin] = [await portal.staffBrowser("adviser"), await portal.staffBrowser("admin", "127.0.0.2")];
  const { request_id: id } = rowsOf(portal)[0]!;
  return { portal, alice, adviser, admin, id, path: urls.staffCard(id) };
}

const steps = (portal: Portal) => mailsOf(portal, "ehic.step");
const outbound = ({ db }: Portal) =>
  db.$client.prepare("SELECT count(*) FROM outbound WHERE entity = 'demandes_ceam'").pluck().get();

test("D5 the queue shows what waits, the oldest first with its age, whose it is and what for", async () => {
  const { portal, adviser, path } = await asked();
  portal.advance({ minutes: 14 });
  const page = await adviser.get(urls.staffEhic);
  expect([page.status, linksOn(page)]).toEqual([200, [path]]);
  expect(rowsOn(page)[0]).toEqual([
    "Espagne, départ le 20 janvier 2027",
    expect.stringMatching(/^Léo LEFÈVRE-ROUSSEL( \(\w+\))?$/),
    "Demandée",
    "14 minutes",
  ]);
  expect(main(await adviser.get(`${urls.staffEhic}?state=closed`))).toContain("Rien ici.");
});

test("4.8 the member and the one who asked read once in a session that the request was looked at", async () => {
  const { portal, alice, adviser, admin, path } = await asked();
  for (const browser of [adviser, adviser, admin]) await browser.get(path);
  const readings = () => factsOf(portal, "file.read").map(({ memberId, details }) => [memberId, details.staff]);
  const once = (staff: string) => rowsOf(portal).map(({ member_id: memberId }) => [memberId, staff]);
  const both = (staff: string) => [...once(staff), ["P0001", staff]];
  expect(readings()).toEqual([...both("adviser@demo.example"), ...both("admin@demo.example")]);
  expect(main(await alice.get("/account/activity"))).toContain("Nos équipes ont lu votre dossier");
  portal.advance({ minutes: 1 });
  await (await portal.staffBrowser("adviser")).get(path);
  expect(readings()).toHaveLength(6);
  expect((await adviser.get(urls.staffCard("none"))).status).toBe(404);
  expect(readings()).toHaveLength(6);
});

test("D5 a decision moves the request, with a mail, a fact that names the adviser, and what the member sees", async () => {
  const { portal, alice, adviser, path, id } = await asked();
  const page = await adviser.get(path);
  expect(buttonsOn(page)).toContain("in_production");
  expect(main(page)).toContain("Alice");
  const decided = await adviser.post(path, {
    seen: seenOn(page),
    decision: "in_production",
    reason: "Dossier complet",
  });
  expect([decided.status, decided.location]).toEqual([303, `${urls.staffEhic}?done=told`]);
  expect(main(await adviser.follow(decided))).toContain("Un e-mail part à la personne.");
  expect(statesOf(portal)).toEqual(["in_production"]);
  expect(steps(portal)).toHaveLength(1);
  expect(factsOf(portal, "ehic.moved")).toEqual([
    {
      memberId: "P0001",
      actor: "staff",
      details: { request: id, state: "in_production", staff: "adviser@demo.example" },
    },
  ]);
  const seen = main(await alice.get("/ehic"));
  expect(seen).toContain("En fabrication");
  const activity = await alice.get("/account/activity");
  expect(main(activity)).toContain("En fabrication");
  expect(seen + activity.text).not.toContain("adviser@demo.example");
});

test("a refusal needs a reason, which the member reads in the portal and not in the mail", async () => {
  const { portal, alice, adviser, path } = await asked();
  const seen = seenOn(await adviser.get(path));
  const none = await adviser.post(path, { seen, decision: "refused", reason: " \u200b " });
  expect([none.status, faults(none)]).toEqual([422, ["reason"]]);
  const secret = await adviser.post(path, { seen, decision: "refused", reason: "NIR 2 02 03 59 350 123 50" });
  expect([secret.status, faults(secret)]).toEqual([422, ["reason"]]);
  expect(secret.document.querySelector("#reason")?.textContent).toContain("NIR 2 02");
  expect([statesOf(portal), steps(portal)]).toEqual([["requested"], []]);
  const reason = "Droits fermés à ces dates <b>";
  expect((await adviser.post(path, { seen, decision: "refused", reason })).status).toBe(303);
  expect(steps(portal)[0]!.text).not.toContain("Droits fermés");
  const page = await alice.get("/ehic");
  expect(main(page)).toContain(reason);
  // Nothing of it leaves any more.
  expect(outbound(portal)).toBe(0);
  const over = await adviser.get(path);
  expect([main(over).includes("plus rien à décider"), buttonsOn(over)]).toEqual([true, []]);
  expect(rowsOn(await adviser.get(`${urls.staffEhic}?state=closed`))[0]![2]).toBe("Refusée");
  expect(main(await adviser.get(urls.staffEhic))).toContain("Rien n’attend.");
});

describe("two advisers on one request", () => {
  test("of 20 decisions at once one wins, 19 are told of it: one mail, one fact", async () => {
    const { portal, adviser, admin, path } = await asked();
    const seen = seenOn(await adviser.get(path));
    const fields = { seen, decision: "refused", reason: "Ma raison à moi" };
    const { won, conflicts, others } = await atOnce([adviser, admin], path, fields);
    expect([won, conflicts.length, others]).toEqual([1, 19, []]);
    expect([steps(portal).length, factsOf(portal, "ehic.moved").length]).toEqual([1, 1]);
    const told = main(conflicts[0]!);
    expect(told).toContain("Quelqu’un a décidé entre-temps");
    expect(told).toMatch(/(adviser|admin)@demo\.example, le 23 novembre 2026 à 09:00 : Refusée/);
    expect(told).toContain("Ma raison à moi");
  });

  test("what may still be decided is offered again on the page of the conflict, with what was typed", async () => {
    const { portal, adviser, admin, path } = await asked();
    const seen = seenOn(await adviser.get(path));
    await admin.post(path, { seen, decision: "in_production", reason: "Dossier complet" });
    const conflict = await adviser.post(path, { seen, decision: "refused", reason: "Droits fermés" });
    expect([conflict.status, conflict.document.querySelector("textarea")?.textContent]).toEqual([409, "Droits fermés"]);
    const again = await adviser.post(path, { seen: seenOn(conflict), decision: "refused", reason: "Droits fermés" });
    expect([again.status, statesOf(portal)]).toEqual([303, ["refused"]]);
  });

  test("the feed that leaves in between counts as somebody who was faster", async () => {
    const { portal, adviser, path } = await asked();
    const seen = seenOn(await adviser.get(path));
    exportAll(portal);
    const conflict = await adviser.post(path, { seen, decision: "cancelled", reason: "Dossier complet" });
    expect([conflict.status, statesOf(portal)]).toEqual([409, ["sent"]]);
    expect(main(conflict)).toContain("Le portail, le 23 novembre 2026 à 09:00 : Transmise");
  });
});

test("D5 what the feed says after a decision moves it on, and never back", async () => {
  const { portal, adviser, path, id } = await asked();
  exportAll(portal);
  await adviser.post(path, { seen: seenOn(await adviser.get(path)), decision: "shipped", reason: "Dossier complet" });
  await load(portal, [`U;1;2026-11-24T06:00:00+01:00;${id};P0007;en_fabrication;;`]);
  expect(statesOf(portal)).toEqual(["shipped"]);
  await load(portal, [`U;2;2026-11-25T06:00:00+01:00;${id};P0007;recue;;`]);
  expect(statesOf(portal)).toEqual(["received"]);
  tellSentCards(portal);
});

test("odd values are refused: 4xx, nothing changed", async () => {
  const { portal, adviser, path } = await asked();
  const seen = seenOn(await adviser.get(path));
  for (const [fields, status] of [
    [{ seen, decision: "requested", reason: "Dossier complet" }, 422],
    [{ seen, decision: "constructor", reason: "Dossier complet" }, 422],
    [{ seen, reason: "Dossier complet" }, 422],
    [{ seen: "-1", decision: "refused", reason: "x" }, 400],
    [{ decision: "refused", reason: "x" }, 400],
    [{ seen: "9".repeat(15), decision: "refused", reason: "x" }, 409],
    [{ seen, decision: "refused", reason: "x".repeat(1_001) }, 422],
  ] as [Record<string, string>, number][])
    expect([fields, (await adviser.post(path, fields)).status]).toEqual([fields, status]);
  expect((await adviser.post(urls.staffCard("../x"), { seen, decision: "refused", reason: "x" })).status).toBe(404);
  expect((await adviser.get(urls.staffCard("x"))).status).toBe(404);
  for (const query of ["after=x", "after=1.", "state=all", "done=x", `after=${"9".repeat(16)}.x`, "after=1.%00"])
    expect([query, (await adviser.get(`${urls.staffEhic}?${query}`)).status]).toEqual([query, 400]);
  expect((await adviser.get(`${urls.staffEhic}?after=1.'%20OR%201--`)).status).toBe(400);
  expect([statesOf(portal), steps(portal)]).toEqual([["requested"], []]);
});

test("a long queue is read page by page, each request once, the oldest first", async () => {
  const { portal, adviser } = await asked();
  portal.db.$client.exec(`
    WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 120)
    INSERT INTO card_requests (request_id, member_id, asked_by, country, departs_on, returns_on, state, requested_at, state_at)
    SELECT 'R' || i, 'P0001', 'P0001', 'ES', '2027-01-20', '2027-02-03', 'shipped', 1000 + i / 7, 2000 + i / 7 FROM n;
    DROP INDEX card_requests_one_open;
    INSERT INTO card_requests (request_id, member_id, asked_by, country, departs_on, returns_on, state, requested_at, state_at)
    SELECT 'O' || request_id, member_id, asked_by, country, departs_on, returns_on, 'requested', requested_at, requested_at
    FROM card_requests WHERE state = 'shipped'`);
  for (const [start, total] of [
    [urls.staffEhic, 121],
    [`${urls.staffEhic}?state=closed`, 120],
  ] as const) {
    const seen: string[] = [];
    for (let path: string | null | undefined = start; path; ) {
      const page = await adviser.get(path);
      seen.push(...linksOn(page));
      path = [...page.document.querySelectorAll("main p a")]
        .find(({ textContent }) => textContent === "Suite de la liste")
        ?.getAttribute("href");
    }
    expect([seen.length, new Set(seen).size]).toEqual([total, total]);
  }
});
