import type { Cell } from "./columns.ts";
import type { Fault, FeedRow, Outcome, Parent, Store, Surroundings } from "./entity.ts";
import { at, isOpposite, lineColumns } from "./lignes.ts";

type Payment = { payment_id: string; member_id: string; paid_on: string; payer: string };

// Payments and people are met many times in a row: their lookups are remembered, up to this many.
const remembered = 20_000;

/** What may be filled once, while the AMC part was pending. */
const fillable = new Set([at.amc_cents, at.reste_cents, at.paiement_amc_id, at.dest_amc]);

/** Puts lines in the base: one row of care, and one row for each payment that pays it. */
export function lineStore({ db }: Surroundings): Store {
  const names = lineColumns.map(({ to }) => to).join(", ");
  const marks = lineColumns.map(() => "?").join(", ");
  const sqlite = db.$client;
  const insert = sqlite.prepare<Cell[]>(
    `INSERT INTO lines (${names}, version, updated_at) VALUES (${marks}, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const insertPayment = sqlite.prepare<Cell[]>(
    `INSERT INTO line_payments (member_id, paid_on, payment_id, line_id, beneficiary_id, payer, amount_cents)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  );
  const fill = sqlite.prepare<Cell[]>(
    `UPDATE lines SET amc_payment_id = ?, amc_cents = ?, rest_cents = ?, amc_recipient = ?, version = ?, updated_at = ?
     WHERE line_id = ?`,
  );
  const select = sqlite.prepare<[Cell], Cell[]>(`SELECT ${names}, version FROM lines WHERE line_id = ?`).raw();
  const cancelled = sqlite.prepare<[Cell], { line_id: string }>(
    "SELECT line_id FROM lines WHERE origin_id = ? AND type = 'ANNULATION'",
  );
  const selectPayment = sqlite.prepare<[Cell], Payment>(
    "SELECT payment_id, member_id, paid_on, payer FROM payments WHERE payment_id = ?",
  );
  const selectMember = sqlite.prepare<[Cell], { member_id: string }>(
    "SELECT member_id FROM members WHERE member_id = ?",
  );
  const paymentOf = remember(
    (key) => selectPayment.get(key),
    (payment) => payment.payment_id,
  );
  const memberOf = remember(
    (key) => selectMember.get(key),
    (member) => member.member_id,
  );

  function put(row: FeedRow, check: boolean): Outcome {
    const { cells } = row;
    if (row.ends) return rejected({ code: "E_SUPPR_INTERDITE", column: "op", value: "D" });
    const waiting =
      missingPerson(cells) ?? missingPayment(cells, at.paiement_amo_id) ?? missingPayment(cells, at.paiement_amc_id);
    if (waiting) return waiting;
    const fault = checkPayment(cells, at.paiement_amo_id, "AMO") ?? checkPayment(cells, at.paiement_amc_id, "AMC");
    if (cells[at.type] !== "NORMALE" || check || fault) {
      const stored = select.get(cells[at.ligne_id]!);
      if (stored) return meet(row, stored, check);
      if (fault) return rejected(fault);
      if (cells[at.type] !== "NORMALE") {
        const wrong = checkOrigin(cells);
        if (wrong) return wrong;
      }
      if (check) return { kind: "ignored", code: "I_REJEU" };
    }
    if (insert.run(...cells, row.version, row.updatedAt).changes === 0) {
      return meet(row, select.get(cells[at.ligne_id]!)!, check);
    }
    pay(cells, at.paiement_amo_id, at.amo_verse_cents);
    pay(cells, at.paiement_amc_id, at.amc_cents);
    return { kind: "applied" };
  }

  function missingPerson(cells: Cell[]): Outcome | undefined {
    const key = cells[at.beneficiaire_id] as string;
    return memberOf(key) ? undefined : waits({ entity: "personnes", key }, "beneficiaire_id");
  }

  function missingPayment(cells: Cell[], index: number): Outcome | undefined {
    const key = cells[index] as string | null;
    if (key === null || paymentOf(key)) return undefined;
    return waits({ entity: "paiements", key }, lineColumns[index]!.name);
  }

  /** The payment is of the right payer, and care comes before it (vii). */
  function checkPayment(cells: Cell[], index: number, payer: string): Fault | undefined {
    const key = cells[index] as string | null;
    if (key === null) return undefined;
    const payment = paymentOf(key)!;
    if (payment.payer !== payer) return { code: "E_PAYEUR", column: lineColumns[index]!.name, value: key };
    const care = cells[at.soin_debut] as string;
    return care > payment.paid_on ? { code: "E_DATES", column: "soin_debut", value: care } : undefined;
  }

  function checkOrigin(cells: Cell[]): Outcome | undefined {
    const key = cells[at.ligne_origine_id] as string;
    const origin = select.get(key);
    if (!origin) return waits({ entity: "lignes", key }, "ligne_origine_id");
    if (cells[at.type] !== "ANNULATION") return undefined;
    if (!isOpposite(cells, origin)) return rejected({ code: "E_ANNULATION", column: "ligne_origine_id", value: key });
    if (cancelled.get(key)) return rejected({ code: "E_DEJA_ANNULEE", column: "ligne_origine_id", value: key });
    return undefined;
  }

  /** The line is in the base already: a replay, an old version, or the AMC part that was pending. */
  function meet(row: FeedRow, stored: Cell[], check: boolean): Outcome {
    const version = stored[lineColumns.length] as number;
    if (row.version < version) return { kind: "ignored", code: "I_ANCIEN" };
    const changed = lineColumns.flatMap((_, index) => (row.cells[index] === stored[index] ? [] : [index]));
    if (changed.length === 0 && row.version === version) return { kind: "unchanged" };
    if (row.version === version) return rejected(changedFault("E_CONFLIT", row.cells, changed));
    if (!changed.every((index) => fillable.has(index) && stored[index] === null)) {
      return rejected(changedFault("E_IMMUABLE", row.cells, changed));
    }
    const fault = checkPayment(row.cells, at.paiement_amc_id, "AMC");
    if (fault) return rejected(fault);
    if (check) return { kind: "ignored", code: "I_REJEU" };
    const { cells } = row;
    fill.run(
      cells[at.paiement_amc_id]!,
      cells[at.amc_cents]!,
      cells[at.reste_cents]!,
      cells[at.dest_amc]!,
      row.version,
      row.updatedAt,
      cells[at.ligne_id]!,
    );
    if (changed.includes(at.paiement_amc_id)) pay(cells, at.paiement_amc_id, at.amc_cents);
    return { kind: "applied" };
  }

  function pay(cells: Cell[], payment: number, amount: number): void {
    const key = cells[payment] as string | null;
    if (key === null) return;
    const { member_id, paid_on, payment_id, payer } = paymentOf(key)!;
    insertPayment.run(
      member_id,
      paid_on,
      payment_id,
      cells[at.ligne_id]!,
      cells[at.beneficiaire_id]!,
      payer,
      cells[amount]!,
    );
  }

  return { put };
}

function rejected(fault: Fault): Outcome {
  return { kind: "rejected", fault };
}

function waits(parent: Parent, column: string): Outcome {
  return { kind: "waiting", parent, column };
}

function changedFault(code: "E_CONFLIT" | "E_IMMUABLE", cells: Cell[], changed: number[]): Fault {
  const index = changed[0]!;
  return { code, column: lineColumns[index]!.name, value: String(cells[index] ?? "") };
}

/** A lookup that remembers what it found, never what it did not find. */
function remember<T>(
  find: (key: string) => T | undefined,
  keyOf: (found: T) => string,
): (key: string) => T | undefined {
  let known = new Map<string, T>();
  return (key) => {
    const before = known.get(key);
    if (before) return before;
    const found = find(key);
    if (!found) return undefined;
    if (known.size >= remembered) known = new Map();
    // Its own copy of the key: a piece of the row would keep the whole row in memory.
    known.set(keyOf(found), found);
    return found;
  };
}
