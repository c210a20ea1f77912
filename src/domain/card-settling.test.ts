import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type Portal, startPortal } from "../../test/kit/portal.ts";
import { exportFeed } from "../feeds/export.ts";
import { openBase } from "../platform/base.ts";
import { write } from "../platform/database.ts";
import { addCardRequest, type CardState, findCardRequest, listCardRequests, readCardRequest } from "./card-requests.ts";
import { decideCard, nextStates, settleCard, tellSentCards } from "./card-settling.ts";

const staff = "adviser@demo.example";
const trip = { country: "ES", departsOn: "2027-01-20", returnsOn: "2027-02-03", lost: false };

function asked(portal: Portal, memberId = "P0001"): string {
  return write(portal.db, () => addCardRequest(portal, { memberId, askedBy: "P0001" }, trip))!;
}

const mails = (portal: Portal) => portal.mailsTo("alice@demo.example").filter(({ kind }) => kind === "ehic.step");
const unsent = ({ db }: Portal) =>
  db.$client
    .prepare("SELECT count(*) FROM outbound WHERE entity = 'demandes_ceam' AND export_sequence IS NULL")
    .pluck()
    .get();

const states = Object.keys(nextStates) as CardState[];

describe("the table of next states", () => {
  test("never leads back to the beginning, and ends", () => {
    for (const state of states) {
      expect(nextStates[state]).not.toContain("requested");
      expect(nextStates[state]).not.toContain(state);
      for (const next of nextStates[state]) expect(nextStates[next]).not.toContain(state);
    }
  });

  test.each(states)("from %s, staff may go where it says and nowhere else", async (from) => {
    const portal = await startPortal();
    for (const to of states) {
      portal.db.$client.exec("DELETE FROM card_requests");
      const requestId = asked(portal);
      portal.db.$client.prepare("UPDATE card_requests SET state = ? WHERE request_id = ?").run(from, requestId);
      const decided = decideCard(portal, { requestId, version: 1, to, reason: "Pourquoi", staff });
      const allowed = (nextStates[from] as readonly CardState[]).includes(to);
      expect([to, decided.ok ? decided.value.state : decided.fault]).toEqual([to, allowed ? to : "notAllowed"]);
    }
  });

  test("the feed follows the same table", async () => {
    const portal = await startPortal();
    const requestId = asked(portal);
    const say = (status: string) => settleCard(portal, { requestId, memberId: "P0001", status, reason: null });
    expect(
      [
        "demandee",
        "transmise",
        "transmise",
        "en_fabrication",
        "transmise",
        "expediee",
        "refusee",
        "recue",
        "retournee",
      ].map(say),
    ).toEqual([false, true, false, true, false, true, false, true, false]);
    expect(say("toString")).toBe(false);
    expect(settleCard(portal, { requestId: "none", memberId: "P0001", status: "recue", reason: null })).toBe(false);
  });
});

describe("a decision", () => {
  test("is mailed, and written with who took it; the reason is for the member, without numbers", async () => {
    const portal = await startPortal();
    const requestId = asked(portal);
    const reason = "Droits à vérifier, n° 2 02 03 59 350 123 50";
    const decided = decideCard(portal, { requestId, version: 1, to: "refused", reason, staff });
    expect(decided).toMatchObject({
      ok: true,
      value: { state: "refused", version: 2, reason: "Droits à vérifier, n° 2…" },
    });
    expect(mails(portal).map(({ subject }) => subject)).toEqual(["Votre demande de carte européenne est refusée"]);
    expect(mails(portal)[0]!.text).not.toMatch(/vérifier|adviser/);
    const facts = portal.db.$client
      .prepare<[], { actor: string; details: string }>("SELECT actor, details FROM evidence WHERE kind = 'ehic.moved'")
      .all();
    expect(facts).toEqual([
      { actor: "staff", details: JSON.stringify({ request: requestId, state: "refused", staff }) },
    ]);
    // It had not left: nobody is asked to make that card.
    expect(unsent(portal)).toBe(0);
  });

  test.each(["refused", "in_production"] as const)("%s without a reason is none", async (to) => {
    const portal = await startPortal();
    const requestId = asked(portal);
    for (const reason of ["", "  "])
      expect(decideCard(portal, { requestId, version: 1, to, reason, staff })).toEqual({
        ok: false,
        fault: "reasonMissing",
      });
    expect(findCardRequest(portal, requestId)?.state).toBe("requested");
  });

  test("of two at once, the second one is told of the first", async () => {
    const portal = await startPortal();
    const requestId = asked(portal);
    expect(
      decideCard(portal, { requestId, version: 1, to: "in_production", reason: "Dossier complet", staff }).ok,
    ).toBe(true);
    const second = { requestId, version: 1, to: "refused", reason: "Non", staff: "other@demo.example" } as const;
    expect(decideCard(portal, second)).toEqual({ ok: false, fault: "conflict" });
    expect(findCardRequest(portal, requestId)).toMatchObject({ state: "in_production", version: 2 });
    expect(mails(portal)).toHaveLength(1);
    expect(decideCard(portal, { ...second, requestId: "none" })).toEqual({ ok: false, fault: "unknown" });
  });

  test("on what has just left counts from what was read, whether its author was told or not", async () => {
    const portal = await startPortal();
    const [first, second] = [asked(portal), asked(portal, "P0007")];
    exportFeed(portal, `${portal.dataDir}/outbox`);
    expect(readCardRequest(portal, first)).toMatchObject({ state: "sent", version: 2 });
    expect(
      decideCard(portal, { requestId: first, version: 2, to: "in_production", reason: "Dossier complet", staff }).ok,
    ).toBe(true);
    const read = readCardRequest(portal, second)!;
    expect(tellSentCards(portal)).toBe(1);
    expect(
      decideCard(portal, { requestId: second, version: read.version, to: "shipped", reason: "Faite", staff }).ok,
    ).toBe(true);
    expect(mails(portal).map(({ subject }) => subject)).toEqual([
      "Votre demande de carte européenne est transmise",
      "Votre carte européenne est en fabrication",
      "Votre demande de carte européenne est transmise",
      "Votre carte européenne est expédiée",
    ]);
    expect(readCardRequest(portal, first)!.steps.map(({ state }) => state)).toEqual([
      "requested",
      "sent",
      "in_production",
    ]);
  });
});

describe("the queue", () => {
  test("has what waits, the oldest first, with its age, page after page", async () => {
    const portal = await startPortal();
    const first = asked(portal);
    portal.advance({ hours: 2 });
    const second = asked(portal, "P0007");
    const third = asked(portal, "P0002");
    decideCard(portal, { requestId: third, version: 1, to: "refused", reason: "Non", staff });
    portal.advance({ minutes: 1 });
    const all = listCardRequests(portal);
    expect(all).toMatchObject([
      { requestId: first, name: "Alice Marie LEFÈVRE", memberNumber: "10000001", ageSeconds: 7260, state: "requested" },
      { requestId: second, name: "Léo LEFÈVRE-ROUSSEL", ageSeconds: 60 },
    ]);
    const [head] = listCardRequests(portal, { limit: 1 });
    expect(listCardRequests(portal, { limit: 1, after: head! })).toMatchObject([{ requestId: second }]);
    expect(listCardRequests(portal, { after: all[1]! })).toEqual([]);
  });

  test("is read in the order of an index, a page at a time, however long it is", async () => {
    const { config, clock } = await startPortal();
    // A handle of its own: what the portal uses is prepared already.
    const { db } = openBase(config);
    onTestFinished(() => void db.$client.close());
    const prepare = vi.spyOn(db.$client, "prepare");
    listCardRequests({ db, clock });
    const waiting = prepare.mock.calls.map(([sql]) => sql).find((sql) => sql.includes("@limit"))!;
    const plan = db.$client
      .prepare<[], { detail: string }>(`EXPLAIN QUERY PLAN ${waiting.replace(/@\w+/g, "'x'")}`)
      .all()
      .map(({ detail }) => detail);
    expect(plan[0]).toMatch(/USING (?:COVERING )?INDEX/);
    expect(plan.filter((step) => /^SCAN|TEMP B-TREE|AUTOMATIC/.test(step))).toEqual([]);
  });
});
