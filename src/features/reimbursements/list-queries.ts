import type { Statement } from "better-sqlite3";
import type { Day } from "../../lib/dates.ts";
import type { Db } from "../../platform/database.ts";
import { type Filters, filterNames } from "./schema.ts";

/** One row of the list: what one payment pays for one line; without a line when the payment has no detail. */
export type Entry = {
  paymentId: string;
  paidOn: Day;
  payer: "AMO" | "AMC";
  nature: string;
  recipient: "assure" | "professionnel" | "tiers";
  status: "emis" | "rejete" | "annule";
  amountCents: number;
  lineId: string | null;
  careFrom: Day | null;
  label: string | null;
  provider: string | null;
  type: "NORMALE" | "ANNULATION" | "CORRECTION" | "DEDUCTION" | null;
  cancelled: 0 | 1;
  beneficiaryId: string | null;
  beneficiary: string | null;
};

export type Cursor = { paidOn: Day; paymentId: string; lineId: string };
export type MonthTotal = { month: string; payer: "AMO" | "AMC"; toAccount: number; amountCents: number };
export type Person = { memberId: string; name: string };

/** The window of what is shown: payments from this day on. */
export type Scope = { memberId: string; since: Day; filters: Filters };

const entryColumns = `p.payment_id AS paymentId, p.paid_on AS paidOn, p.payer, p.nature, p.recipient, p.status,
  coalesce(lp.amount_cents, p.amount_cents) AS amountCents, l.line_id AS lineId, l.care_from AS careFrom, l.label,
  l.provider, l.type, l.beneficiary_id AS beneficiaryId, b.first_names AS beneficiary,
  EXISTS (SELECT 1 FROM lines c WHERE c.origin_id = l.line_id AND c.type = 'ANNULATION') AS cancelled`;

const care = `
  LEFT JOIN lines l ON l.beneficiary_id = lp.beneficiary_id AND l.line_id = lp.line_id
  LEFT JOIN members b ON b.member_id = lp.beneficiary_id`;

// The left joins keep the payments that have no line: daily allowances, and those whose detail has not come.
export const paidLines = `payments p
  LEFT JOIN line_payments lp ON lp.member_id = p.member_id AND lp.paid_on = p.paid_on AND lp.payment_id = p.payment_id`;
const entries = paidLines + care;

const position = "(p.paid_on, p.payment_id, coalesce(lp.line_id, ''))";
export const newestFirst = "p.paid_on DESC, p.payment_id DESC, lp.line_id DESC";
const oldestFirst = "p.paid_on, p.payment_id, lp.line_id";
const bounds = {
  first: "",
  before: ` AND p.paid_on <= @paidOn AND ${position} < (@paidOn, @paymentId, @lineId)`,
  after: ` AND p.paid_on >= @paidOn AND ${position} > (@paidOn, @paymentId, @lineId)`,
};

/** Reads the member's entries. Statements are prepared once for each set of filters in use. */
export function createReimbursementQueries(db: Db) {
  const statements = new Map<string, Statement>();
  /** The key is short, the text is long: it is only written when there is no statement yet. */
  const prepared = (key: string, text: () => string) => {
    let statement = statements.get(key);
    if (!statement) {
      statement = db.$client.prepare(text());
      statements.set(key, statement);
    }
    return statement;
  };
  db.$client.function("plain", { deterministic: true }, (text: unknown) => plain(String(text)));

  return {
    /** The latest entries, newest first, at most `limit` of them, before or after a cursor. */
    list(scope: Scope, limit: number, from?: { before?: Cursor | undefined; after?: Cursor | undefined }): Entry[] {
      const { before, after } = from ?? {};
      const side = before ? "before" : after ? "after" : "first";
      const statement = prepared(`list ${side} ${shape(scope)}`, () => {
        const order = side === "after" ? oldestFirst : newestFirst;
        return `SELECT ${entryColumns} FROM ${entries} WHERE ${conditions(scope)}${bounds[side]} ORDER BY ${order} LIMIT @limit`;
      });
      const rows = statement.all({ ...values(scope), ...(before ?? after), limit }) as Entry[];
      return side === "after" ? rows.reverse() : rows;
    },

    /** What each payer gave in each month between two days, to the account and to professionals; rejected payments left out. */
    monthTotals(scope: Scope, first: Day, last: Day): MonthTotal[] {
      const statement = prepared(
        `totals ${shape(scope)}`,
        () => `SELECT substr(p.paid_on, 1, 7) AS month, p.payer, p.recipient = 'assure' AS toAccount,
          sum(coalesce(lp.amount_cents, p.amount_cents)) AS amountCents
        FROM ${totalled(scope)} WHERE ${conditions(scope)} AND p.paid_on BETWEEN @first AND @last AND p.status = 'emis'
        GROUP BY 1, 2, 3 ORDER BY 1 DESC, p.payer DESC, 3 DESC`,
      );
      return statement.all({ ...values(scope), first, last }) as MonthTotal[];
    },

    /** The others whose care the member may be paid for. */
    family(memberId: string): Person[] {
      const statement = prepared(
        "family",
        () => `SELECT m.member_id AS memberId, m.first_names AS name FROM amo_rights r JOIN members m ON m.member_id = r.member_id
         WHERE r.holder_id = @memberId AND r.member_id <> @memberId
         UNION SELECT m.member_id, m.first_names FROM contracts c JOIN beneficiaries b ON b.contract_id = c.contract_id
         JOIN members m ON m.member_id = b.member_id WHERE c.subscriber_id = @memberId AND b.member_id <> @memberId
         ORDER BY 2`,
      );
      return statement.all({ memberId }) as Person[];
    },

    /** When the back office gave the payments that are shown (seconds), if it ever did. */
    dataAsOf(): number | undefined {
      const statement = prepared("as of", () => "SELECT as_of AS asOf FROM data_freshness WHERE entity = 'paiements'");
      return (statement.get() as { asOf: number } | undefined)?.asOf;
    },
  };
}

export type ReimbursementQueries = ReturnType<typeof createReimbursementQueries>;

/** Which filters are in use: what the text of a statement depends on. */
function shape({ filters }: Scope): string {
  return filterNames.filter((name) => filters[name]).join(",");
}

// The care itself is only looked at when it is searched.
function totalled({ filters }: Scope): string {
  return filters.q ? entries : paidLines;
}

// The nature is what the page shows of a payment without lines; of a line it would match nearly every search.
const natureAlone = "CASE WHEN l.line_id IS NULL THEN replace(p.nature, '_', ' ') END";

export function conditions({ filters }: Scope): string {
  return [
    "p.member_id = @memberId AND p.paid_on >= @since",
    filters.from && "p.paid_on >= @from",
    filters.to && "p.paid_on <= @to",
    filters.payer && "p.payer = @payer",
    filters.beneficiary && "lp.beneficiary_id = @beneficiary",
    filters.q && `instr(plain(concat_ws(' ', l.label, l.provider, l.specialty, l.act_code, ${natureAlone})), @q) > 0`,
  ]
    .filter(Boolean)
    .join(" AND ");
}

export function values({ memberId, since, filters }: Scope): Record<string, unknown> {
  const given: Record<string, unknown> = { memberId, since };
  for (const name of filterNames) if (filters[name]) given[name] = filters[name];
  if (filters.payer) given.payer = filters.payer.toUpperCase();
  if (filters.q) given.q = plain(filters.q);
  return given;
}

/** Lower case without accents, one kind of apostrophe: people search “medecin” and mean “Médecin”. */
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").replace(/[’‘ʼ]/g, "'").toLowerCase();
}
