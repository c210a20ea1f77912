import { addMonths, parisDay } from "../lib/dates.ts";
import { type Db, write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { type MemberRange, memberRanges } from "./member-ranges.ts";
import { isImporting } from "./purge-payments.ts";
import { keptMonths } from "./retention.ts";
import { visibleSince } from "./visible-since.ts";

type EndedDeps = Pick<Deps, "db" | "clock">;
/** `ended`: what ended that day or earlier goes. `shown`: payments of that day or later are shown. Days in Paris. */
type Bounds = MemberRange & { ended: string; shown: string };

/** Of a row that the feed has ended, its last word on it is the end. */
const hasEnded = (row: string) =>
  `(${row}.ended = 1 AND ${row}.updated_at IS NOT NULL AND substr(${row}.updated_at, 1, 10) <= :ended)`;

const inRange = (column: string) => `${column} > :from AND ${column} <= :to`;

/** People who ended, have no account, and to whom or for whom nothing is shown as paid. */
const isGone = `${hasEnded("m")}
  AND NOT EXISTS (SELECT 1 FROM accounts a WHERE a.member_id = m.member_id)
  AND NOT EXISTS (SELECT 1 FROM payments p WHERE p.member_id = m.member_id AND p.paid_on >= :shown)
  AND NOT EXISTS (SELECT 1 FROM lines l JOIN payments p ON p.payment_id IN (l.amo_payment_id, l.amc_payment_id)
    WHERE l.beneficiary_id = m.member_id AND p.paid_on >= :shown)`;

const ofPerson = (table: string, key: string) => ({
  table,
  key,
  due: `FROM ${table} t WHERE ${inRange("t.member_id")} AND (${hasEnded("t")}
    OR EXISTS (SELECT 1 FROM members m WHERE m.member_id = t.member_id AND ${isGone}))`,
});

const ofContract = (table: string, key: string) => ({
  table,
  key,
  due: `FROM contracts c JOIN ${table} t ON t.contract_id = c.contract_id
    WHERE ${inRange("c.subscriber_id")} AND (${hasEnded("t")} OR ${hasEnded("c")})`,
});

type Rows = { table: string; key: string; due: string };

/** What the feed brought of people, from what nothing refers to up to what is referred to. */
const fed: Rows[] = [
  ofPerson("amo_rights", "member_id"),
  ofPerson("bank_accounts", "member_id, usage"),
  ofPerson("vitale_cards", "member_id, card_number"),
  ofPerson("ehic_requests", "request_id"),
  ofPerson("beneficiaries", "contract_id, member_id"),
  ofContract("beneficiaries", "contract_id, member_id"),
  ofContract("guarantees", "contract_id, item"),
  ofContract("instalments", "instalment_id"),
];

/** Removes rights, accounts, cards and contracts that ended long ago, or are of people gone. */
export function* removeEndedRows(deps: EndedDeps): Generator<number> {
  const removals = fedRows(deps.db).map(({ table, key, due }) =>
    deps.db.$client.prepare<Bounds>(`DELETE FROM ${table} WHERE (${key}) IN (SELECT ${prefixed(key)} ${due})`),
  );
  for (const bounds of boundsOf(deps)) {
    yield whenNoImport(deps, () => removals.reduce((sum, removal) => sum + removal.run(bounds).changes, 0));
  }
}

/** How many such rows there are. A contract is counted once nothing hangs on it any more. */
export function* countEndedRows(deps: EndedDeps): Generator<number> {
  const counts = fedRows(deps.db).map(({ due }) =>
    deps.db.$client.prepare<Bounds, number>(`SELECT count(*) ${due}`).pluck(),
  );
  for (const bounds of boundsOf(deps)) yield counts.reduce((sum, count) => sum + count.get(bounds)!, 0);
}

function fedRows(db: Db): Rows[] {
  const due = `FROM contracts t WHERE ${inRange("t.subscriber_id")} AND ${hasEnded("t")}
    AND ${unreferenced(db, "contracts", "t.contract_id")}`;
  return [...fed, { table: "contracts", key: "contract_id", due }];
}

const prefixed = (key: string) =>
  key
    .split(", ")
    .map((column) => `t.${column}`)
    .join(", ");

/** What of a person must not outlive the purpose, where the row has to stay because something kept refers to it. */
const emptied = ["nir_sealed", "nir_hash", "email", "phone", "country"].concat(
  [1, 2, 3, 4, 5, 6].map((line) => `address_${line}`),
);

/**
 * Removes people gone to whom nothing that is kept refers, and their invitation with them. Of the others, the number
 * and the ways to reach them go. A version below their own lets the feed bring them back as they were.
 */
export function* removeEndedPeople(deps: EndedDeps): Generator<number> {
  const { db } = deps;
  const people = `SELECT m.member_id FROM members m WHERE ${inRange("m.member_id")} AND ${isGone}`;
  const free = db.$client.prepare<Bounds, string>(`${people} AND ${isFree(db)}`).pluck();
  const uninvite = db.$client.prepare<[string]>("DELETE FROM invitations WHERE member_id = ?");
  const remove = db.$client.prepare<[string]>("DELETE FROM members WHERE member_id = ?");
  const empty = db.$client.prepare<Bounds>(
    `UPDATE members SET ${emptied.map((column) => `${column} = NULL`).join(", ")}, version = version - 1
     WHERE member_id IN (${people} AND ${isFull})`,
  );
  for (const bounds of boundsOf(deps)) {
    yield whenNoImport(deps, () => {
      const found = free.all(bounds);
      for (const memberId of found) {
        uninvite.run(memberId);
        remove.run(memberId);
      }
      return found.length + empty.run(bounds).changes;
    });
  }
}

export function* countEndedPeople(deps: EndedDeps): Generator<number> {
  const count = deps.db.$client
    .prepare<Bounds, number>(
      `SELECT count(*) FROM members m WHERE ${inRange("m.member_id")} AND ${isGone} AND (${isFull} OR ${isFree(deps.db)})`,
    )
    .pluck();
  for (const bounds of boundsOf(deps)) yield count.get(bounds)!;
}

const isFull = `coalesce(${emptied.map((column) => `m.${column}`).join(", ")}) IS NOT NULL`;

/** The journal finds by the person's row what it has to forget: that goes first. */
const isFree = (db: Db) =>
  `NOT EXISTS (SELECT 1 FROM evidence e WHERE e.member_id = m.member_id)
   AND ${unreferenced(db, "members", "m.member_id", ["invitations"])}`;

/** SQL: no row of the base refers to this one. The base itself says which tables could. */
function unreferenced(db: Db, parent: string, key: string, but: string[] = []): string {
  const references = db.$client
    .prepare<[string], { child: string; name: string }>(
      `SELECT t.name AS child, f."from" AS name FROM pragma_table_list t, pragma_foreign_key_list(t.name) f
       WHERE t.schema = 'main' AND f."table" = ?`,
    )
    .all(parent)
    .filter(({ child }) => !but.includes(child));
  return references
    .map(({ child, name }) => `NOT EXISTS (SELECT 1 FROM ${child} r WHERE r.${name} = ${key})`)
    .join(" AND ");
}

/** A running import remembers whom it has met: nobody may go until it has ended. */
function whenNoImport(deps: EndedDeps, work: () => number): number {
  return write(deps.db, () => (isImporting(deps) ? 0 : work()));
}

function* boundsOf({ db, clock }: EndedDeps): Generator<Bounds> {
  const ended = addMonths(parisDay(clock()), -keptMonths.ended);
  const shown = visibleSince(clock);
  for (const range of memberRanges(db)) yield { ...range, ended, shown };
}
