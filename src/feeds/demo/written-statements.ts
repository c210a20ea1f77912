import type { Day } from "../../lib/dates.ts";
import type { DemoStatement } from "./demo-data.ts";
import type { Ledger, Line, Payment } from "./ledger.ts";
import { relativeDay } from "./relative-day.ts";

/** Puts the hand-written statements into the ledger; a line comes after the one it corrects. */
export function addWrittenStatements(ledger: Ledger, statements: DemoStatement[], today: Day): void {
  const byId = new Map<string, Line>();
  for (const statement of statements) {
    const amo = pay(ledger, statement, "AMO", today);
    const amc = pay(ledger, statement, "AMC", today);
    for (const written of statement.lines) {
      const line: Line = {
        id: written.id,
        amo,
        amc: written.amc === undefined ? undefined : amc,
        beneficiaryId: statement.beneficiary ?? statement.payee,
        careFrom: relativeDay(written.care, today),
        careTo: written.careTo && relativeDay(written.careTo, today),
        provider: written.provider ?? statement.provider,
        specialty: written.specialty ?? statement.specialty,
        code: written.code,
        label: written.label,
        quantity: written.quantity,
        expenseCents: written.expense,
        baseCents: written.base,
        rate: written.rate,
        amoGrossCents: written.gross,
        participationCents: written.pf,
        franchiseCents: written.franchise,
        amoPaidCents: written.paid,
        amcCents: written.amc,
        restCents: written.rest,
        pathway: written.pathway,
        type: written.type,
        origin: written.origin === undefined ? undefined : byId.get(written.origin)!,
      };
      byId.set(written.id, line);
      ledger.add(line);
    }
  }
}

function pay(ledger: Ledger, statement: DemoStatement, payer: "AMO" | "AMC", today: Day): Payment | undefined {
  const written = payer === "AMO" ? statement.amo : statement.amc;
  if (!written) return undefined;
  const usualNature = written.to === "assure" ? "REMBOURSEMENT_SOINS" : "PAIEMENT_A_UN_TIERS";
  return ledger.pay({
    id: `${payer}${statement.id}`,
    payer,
    personId: statement.payee,
    nature: written.nature ?? usualNature,
    on: relativeDay(written.on, today),
    recipient: written.to,
    status: written.status,
    ...(written.mode === undefined ? {} : { mode: written.mode }),
    ...(written.cents === undefined ? {} : { amountCents: written.cents }),
  });
}
