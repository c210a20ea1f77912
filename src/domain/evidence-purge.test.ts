import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type Portal, startPortal } from "../../test/kit/portal.ts";
import { type EvidenceKind, record, verifyEvidence } from "./evidence.ts";
import {
  countAccessFacts,
  countFactsOfEnded,
  countFactsOfNobody,
  purgeAccessFacts,
  purgeFactsOfEnded,
  purgeFactsOfNobody,
} from "./evidence-purge.ts";

const sum = (steps: Iterable<number>) => [...steps].reduce((total, step) => total + step, 0);

const purgeAll = (portal: Portal) =>
  sum(purgeAccessFacts(portal)) + sum(purgeFactsOfNobody(portal)) + sum(purgeFactsOfEnded(portal));

const countAll = (portal: Portal) =>
  sum(countAccessFacts(portal)) + sum(countFactsOfNobody(portal)) + sum(countFactsOfEnded(portal));

type Row = {
  sequence: number;
  at: number;
  kind: string;
  member: string | null;
  actor: string;
  details: string;
  hash: Buffer;
};

const rowsOf = (portal: Portal, where = "1") =>
  portal.db.$client
    .prepare<[], Row>(
      `SELECT sequence, at, kind, member_id AS member, actor, details, hash FROM evidence WHERE ${where} ORDER BY sequence`,
    )
    .all();

/** Writes a fact and gives its number. */
function tell(portal: Portal, kind: EvidenceKind, memberId?: string): number {
  record(portal, { kind, memberId, actor: "member", details: { word: "secret" } });
  return rowsOf(portal).at(-1)!.sequence;
}

const isEmpty = (portal: Portal, sequence: number) => rowsOf(portal, `sequence = ${sequence}`)[0]!.kind === "purged";
const closeAccount = (portal: Portal, memberId: string) =>
  portal.db.$client.prepare("DELETE FROM accounts WHERE member_id = ?").run(memberId);

/** The same moment so many months later (milliseconds). */
function monthsLater(portal: Portal, months: number): number {
  const date = new Date(portal.clock());
  date.setUTCMonth(date.getUTCMonth() + months);
  return date.getTime();
}

/** At one second before the moment the row has its words, at the moment it has not. */
function expectEnd(portal: Portal, sequence: number, end: number) {
  portal.setTime(end - 1000);
  purgeAll(portal);
  expect(isEmpty(portal, sequence)).toBe(false);
  portal.setTime(end);
  expect(countAll(portal)).toBeGreaterThan(0);
  purgeAll(portal);
  expect(isEmpty(portal, sequence)).toBe(true);
  expect(countAll(portal)).toBe(0);
  portal.setTime(end + 1000);
  expect(purgeAll(portal)).toBe(0);
  expect(verifyEvidence(portal).brokenAt).toBeUndefined();
}

describe("how long the words of a fact stay", () => {
  test.each<[EvidenceKind, string | undefined]>([
    ["session.started", "P0001"],
    ["session.ended", "P0001"],
    ["session.ended-elsewhere", "P0001"],
    ["sign-in.refused", "P0001"],
    ["sign-in.refused", undefined],
    ["second-factor.refused", "P0001"],
    ["reimbursements.downloaded", "P0001"],
    ["data.downloaded", "P0001"],
    ["file.read", "P0001"],
  ])("%s of %s: 12 months", async (kind, memberId) => {
    const portal = await startPortal();
    const end = monthsLater(portal, 12);
    expectEnd(portal, tell(portal, kind, memberId), end);
  });

  test.each<EvidenceKind>(["charter.accepted", "consent.given", "password.changed", "mail.sent", "evidence.exported"])(
    "%s: as long as the account, and five years more",
    async (kind) => {
      const portal = await startPortal();
      const row = tell(portal, kind, "P0001");
      portal.advance({ days: 30 * 365 });
      purgeAll(portal);
      expect(isEmpty(portal, row)).toBe(false);
      tell(portal, "account.deleted", "P0001");
      closeAccount(portal, "P0001");
      const end = monthsLater(portal, 60);
      tell(portal, "mail.sent", "P0001");
      expectEnd(portal, row, end);
    },
  );

  test("what is told after the end, as of the receipt, goes five years later too", async () => {
    const portal = await startPortal();
    tell(portal, "account.deleted", "P0001");
    closeAccount(portal, "P0001");
    portal.advance({ hours: 1 });
    expectEnd(portal, tell(portal, "mail.sent", "P0001"), monthsLater(portal, 60));
    expect(rowsOf(portal, "member_id = 'P0001'")).toEqual([]);
  });

  test("what is told of a first account does not stay for the sake of a second one, nor the other way round", async () => {
    const portal = await startPortal();
    const first = tell(portal, "charter.accepted", "P0001");
    tell(portal, "account.replaced", "P0001");
    const end = monthsLater(portal, 60);
    portal.advance({ days: 10 });
    const second = tell(portal, "charter.accepted", "P0001");
    expectEnd(portal, first, end);
    portal.advance({ days: 20 * 365 });
    purgeAll(portal);
    expect(isEmpty(portal, second)).toBe(false);
  });

  test("what is told of somebody who never had an account: five years", async () => {
    const portal = await startPortal();
    expectEnd(portal, tell(portal, "registration.received", "P0005"), monthsLater(portal, 60));
  });

  test("what is told of nobody: five years; the charter and the journal itself: for good", async () => {
    const portal = await startPortal();
    const [published, mail] = [tell(portal, "charter.notified"), tell(portal, "mail.sent")];
    expectEnd(portal, mail, monthsLater(portal, 60));
    portal.advance({ days: 30 * 365 });
    purgeAll(portal);
    expect(isEmpty(portal, published)).toBe(false);
    expect(rowsOf(portal, "kind = 'evidence.purged'").length).toBeGreaterThan(0);
    expect(verifyEvidence(portal).brokenAt).toBeUndefined();
  });
});

describe("a row emptied", () => {
  test("keeps its place and its hash, loses its words, and names the row that tells of it", async () => {
    const portal = await startPortal();
    const numbers = [tell(portal, "session.started", "P0001"), tell(portal, "session.ended", "P0001")];
    const before = rowsOf(portal, `sequence IN (${numbers})`);
    portal.advance({ days: 366 });
    purgeAll(portal);
    const told = rowsOf(portal).at(-1)!;
    expect(told).toMatchObject({ kind: "evidence.purged", member: null, actor: "system" });
    const emptied = rowsOf(portal, "kind = 'purged'");
    for (const [index, row] of rowsOf(portal, `sequence IN (${numbers})`).entries())
      expect(row).toEqual({
        sequence: numbers[index],
        at: 0,
        kind: "purged",
        member: null,
        actor: `purge:${told.sequence}`,
        details: "",
        hash: before[index]!.hash,
      });
    const sha256 = createHash("sha256")
      .update(Buffer.concat(emptied.map(({ hash }) => hash)))
      .digest("hex");
    expect(JSON.parse(told.details)).toEqual({ rows: emptied.length, sha256 });
    expect(verifyEvidence(portal)).toMatchObject({ purged: emptied.length, brokenAt: undefined });
  });

  test("is missed when it was emptied by hand, or when the row that tells of it says less", async () => {
    const portal = await startPortal();
    const row = tell(portal, "session.started", "P0001");
    portal.advance({ days: 366 });
    purgeAll(portal);
    const other = tell(portal, "session.started", "P0001");
    const { actor } = rowsOf(portal, `sequence = ${row}`)[0]!;
    portal.db.$client
      .prepare(
        "UPDATE evidence SET kind = 'purged', member_id = NULL, details = '', at = 0, actor = ? WHERE sequence = ?",
      )
      .run(actor, other);
    expect(verifyEvidence(portal).brokenAt).toBeDefined();
  });

  test("nothing to empty writes nothing", async () => {
    const portal = await startPortal();
    const before = rowsOf(portal).length;
    expect(purgeAll(portal)).toBe(0);
    expect(rowsOf(portal).length).toBe(before);
  });

  test("thousands go in steps, each told apart, and the journal is followed to its end", async () => {
    const portal = await startPortal();
    for (let index = 0; index < 2_300; index++) tell(portal, "registration.received", "P0005");
    portal.advance({ days: 6 * 365 });
    const steps = [...purgeFactsOfEnded(portal)];
    expect(Math.max(...steps)).toBeLessThanOrEqual(500);
    expect(rowsOf(portal, "kind = 'registration.received'")).toEqual([]);
    expect(verifyEvidence(portal).brokenAt).toBeUndefined();
  });
});

test("the rows of ended accounts are found by index, whoever else is in the base", async () => {
  const portal = await startPortal();
  const plan = portal.db.$client
    .prepare<[], { detail: string }>(
      `EXPLAIN QUERY PLAN SELECT 1 FROM evidence o WHERE o.member_id = 'P0001' AND o.sequence >= 5
       AND o.kind IN ('account.deleted', 'account.annulled', 'account.replaced')`,
    )
    .all()
    .map(({ detail }) => detail);
  expect(plan.join()).toContain("evidence_ends");
});
