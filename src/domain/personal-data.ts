import { isoMoment } from "../lib/dates.ts";
import type { Deps } from "../platform/deps.ts";
import { readCase } from "./cases.ts";
import { copyOfMail } from "./mail-copies.ts";
import { type Held, heldTables, isHeld } from "./personal-tables.ts";
import { copyOfText } from "./text-outbox.ts";

/** The rows of one table that are held on a person: what they say, opened, under the names of the base. */
export type PersonalTable = { name: string; columns: string[]; rows: Record<string, unknown>[] };

type PersonalDeps = Pick<Deps, "db" | "clock" | "seal" | "config">;
type Person = { memberId: string; accountId: string };
type StoredRow = Record<string, unknown>;

/**
 * Everything the portal holds on a person, table by table, as it stands at one moment: sealed columns opened, moments
 * as dates in Paris. Without hashes, without what opens a door, without the data of others.
 */
export function personalData(deps: PersonalDeps, person: Person): PersonalTable[] {
  return deps.db.$client.transaction(() => {
    const own = ownMailboxes(deps, person);
    return Object.entries(heldTables).flatMap(([name, table]) =>
      isHeld(table) ? [{ name, columns: columnsOf(table), rows: rowsOf(deps, name, table, person, own) }] : [],
    );
  })();
}

function columnsOf({ shown, sealed = [] }: Held): string[] {
  return [...shown, ...sealed.map(opened)];
}

const opened = (column: string) => column.replace(/_sealed$/, "");

function rowsOf(deps: PersonalDeps, name: string, table: Held, person: Person, own: Set<string>): StoredRow[] {
  const { shown, sealed = [], written = {}, where } = table;
  const columns = [...shown, ...sealed].map((column) => (written[column] ? `${written[column]} AS ${column}` : column));
  const rows = deps.db.$client.prepare(`SELECT ${columns.join(", ")} FROM ${name} t WHERE ${where}`).all(person);
  return (rows as StoredRow[]).map((row) => {
    const told = Object.entries(row).map(([column, value]) => [
      opened(column),
      read(deps, { name, table }, column, value, row),
    ]);
    const plain = Object.fromEntries(told) as StoredRow;
    return table.mayNameOthers ? (withoutStrangers(plain, own) as StoredRow) : plain;
  });
}

/** A value as the person reads it. The place of a sealed column is its table and its name. */
function read(
  deps: PersonalDeps,
  { name, table }: { name: string; table: Held },
  column: string,
  value: unknown,
  row: StoredRow,
): unknown {
  if (value === null) return null;
  if (name === "mails" && column === "content_sealed") {
    return copyOfMail(deps, {
      kind: row.kind as string,
      queuedAt: row.queued_at as number,
      contentSealed: value as Buffer,
    }).content;
  }
  if (name === "texts" && column === "content_sealed") return copyOfText(deps, value as Buffer);
  if (Buffer.isBuffer(value)) {
    const text = deps.seal.open(`${name}.${opened(column)}`, value);
    return table.typed?.includes(column) ? text : parsed(text);
  }
  if (column === "details") return withoutStaff(parsed(value as string), row.actor);
  if (typeof value === "number" && /^at$|_at$/.test(column)) return value === 0 ? null : isoMoment(value * 1000);
  return value;
}

/** What was sealed as JSON, as JSON; numbers, an IBAN among them, stay texts. */
function parsed(text: string): unknown {
  return /^[[{]/.test(text) ? JSON.parse(text) : text;
}

/** Who at the mutual has read a file is for the mutual to know; a hash says nothing; the address of a visitor may be a stranger's. */
function withoutStaff(details: unknown, actor: unknown): unknown {
  const { staff: _staff, recipientHash: _hash, address, ...told } = details as Record<string, unknown>;
  return address === undefined || actor === "visitor" ? told : { ...told, address };
}

/** The mailboxes that are the person's own, that the person typed while signed in, or the mutual's. */
function ownMailboxes(deps: PersonalDeps, person: Person): Set<string> {
  const { db, config } = deps;
  const found = db.$client
    .prepare(
      `SELECT email FROM members WHERE member_id = @memberId UNION SELECT email FROM accounts WHERE id = @accountId
       UNION SELECT guardian_email FROM guardian_consents WHERE account_id = @accountId`,
    )
    .pluck()
    .all(person) as (string | null)[];
  const { privacyEmail, contactEmail, mailFrom } = config.organisation;
  return new Set(
    [...found, ...typedInCases(deps, person), privacyEmail, contactEmail, mailFrom]
      .flatMap((text) => text?.match(mailbox) ?? [])
      .map(lower),
  );
}

function typedInCases({ db, seal }: PersonalDeps, { memberId }: Person): string[] {
  const cases = db.$client
    .prepare<[string], number>("SELECT case_id FROM cases WHERE member_id = ?")
    .pluck()
    .all(memberId);
  return cases.flatMap((caseId) => {
    const { by, email, message } = readCase({ db, seal }, caseId)?.content ?? {};
    return by === "member" ? [email, message].filter((text) => typeof text === "string") : [];
  });
}

const mailbox = /[^\s<>"'(),;:]+@[^\s<>"'(),;:]+\.[\p{L}\d-]+/gu;
const lower = (text: string) => text.toLowerCase();

/** Somebody else's mailbox, typed into a report or a registration, is theirs. */
function withoutStrangers(value: unknown, own: Set<string>): unknown {
  if (typeof value === "string") return value.replace(mailbox, (found) => (own.has(lower(found)) ? found : "…"));
  if (Array.isArray(value)) return value.map((part) => withoutStrangers(part, own));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withoutStrangers(part, own)]));
}
