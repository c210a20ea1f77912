import { ageOn, longDay } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import { euros, percent } from "../../lib/money.ts";
import type { T } from "../../platform/i18n.ts";
import type { Line } from "./payment-queries.ts";

/** Which payers a member's pages speak of. */
export type Situation = { amo: boolean; amc: boolean };

type PaidBy = Pick<Line, "amoPaymentId" | "amcPaymentId">;

/** A line that both payers may have paid is told with both, even to someone whose cover has ended since. */
export function situationOf(person: { isAffiliate: number; isSubscriber: number }, lines: PaidBy[] = []): Situation {
  return {
    amo: person.isAffiliate === 1 || lines.some((line) => line.amoPaymentId !== null),
    amc: person.isSubscriber === 1 || lines.some((line) => line.amcPaymentId !== null),
  };
}

type Words = { t: T; language: Language; organisation: string; situation: Situation; originCareOn: string | undefined };

/**
 * Why each amount of a line is what it is, as sentences to read in order. It explains what the feed says and
 * recomputes nothing: base and rate, pathway, excess, deductions, what each payer gave and to whom, what is left.
 */
export function explain(line: Line, { t, language, organisation, situation, originCareOn }: Words): string[] {
  const money = (cents: number) => euros(cents, language);
  if (line.type === "DEDUCTION") {
    const day = longDay(originCareOn ?? line.careFrom, language);
    return [t("reimbursements:why.deduction", { amount: money(line.pfCents + line.deductibleCents), day })];
  }
  if (line.type === "ANNULATION") return [t("reimbursements:why.cancellation")];
  const sentences = line.type === "CORRECTION" ? [t("reimbursements:why.correction")] : [];
  if (line.amoGrossCents === null) {
    if (situation.amo || line.amcCents !== null) sentences.push(t("reimbursements:why.amoUnknown"));
  } else sentences.push(...explainAmo(line, line.amoGrossCents, t, language));
  if (situation.amc) sentences.push(explainAmc(line, t, money, organisation));
  if (line.restCents !== null) {
    const leftToAll = situation.amc || line.restCents === 0;
    const rest = leftToAll ? "reimbursements:why.rest" : "reimbursements:why.restAfterAmo";
    sentences.push(
      line.restCents === 0 ? t("reimbursements:why.restNothing") : t(rest, { amount: money(line.restCents) }),
    );
  }
  return sentences;
}

function explainAmo(line: Line, gross: number, t: T, language: Language): string[] {
  const money = (cents: number) => euros(cents, language);
  const { baseCents, rate, expenseCents, pfCents, deductibleCents, amoCents } = line;
  if (!baseCents || !rate) return [t("reimbursements:why.noBase")];
  const sentences = [
    t("reimbursements:why.base", { base: money(baseCents), rate: percent(rate, language), gross: money(gross) }),
  ];
  if (line.pathway === "N") sentences.push(t("reimbursements:why.offPathway"));
  if (expenseCents > baseCents) sentences.push(t("reimbursements:why.over", { over: money(expenseCents - baseCents) }));
  if (pfCents > 0) sentences.push(t("reimbursements:why.pf", { amount: money(pfCents) }));
  if (deductibleCents > 0) sentences.push(t("reimbursements:why.deductible", { amount: money(deductibleCents) }));
  if (pfCents + deductibleCents === 0 && ageOn(line.birthDate, line.careFrom) < 18)
    sentences.push(t("reimbursements:why.minor"));
  if (amoCents !== null && isStopped(line.amoStatus)) {
    sentences.push(t("reimbursements:why.amoStopped", { amount: money(amoCents) }));
  } else if (amoCents !== null) {
    const direct = line.amoRecipient !== null && line.amoRecipient !== "assure";
    sentences.push(
      t(direct ? "reimbursements:why.amoProfessional" : "reimbursements:why.amoAccount", { amount: money(amoCents) }),
    );
  }
  return sentences;
}

function explainAmc(line: Line, t: T, money: (cents: number) => string, organisation: string): string {
  if (line.amcCents === null) return t("reimbursements:why.amcPending", { organisation });
  if (line.amcCents === 0) return t("reimbursements:why.amcNothing", { organisation });
  if (isStopped(line.amcStatus)) {
    return t("reimbursements:why.amcStopped", { organisation, amount: money(line.amcCents) });
  }
  const direct = line.amcRecipient !== null && line.amcRecipient !== "assure";
  const sentence = direct ? "reimbursements:why.amcProfessional" : "reimbursements:why.amcAccount";
  return t(sentence, { organisation, amount: money(line.amcCents) });
}

/** The bank sent the money back, or the payer did: it has not arrived. */
function isStopped(status: Line["amoStatus"]): boolean {
  return status === "rejete" || status === "annule";
}

/** The net effect of a line with its cancellation and corrections: what was paid and what is left in the end. */
export function netOf(history: Line[]) {
  const sum = (of: (line: Line) => number | null) =>
    history.some((line) => of(line) === null) ? null : history.reduce((total, line) => total + (of(line) ?? 0), 0);
  return {
    expenseCents: sum((line) => line.expenseCents),
    amoCents: sum((line) => line.amoCents),
    amcCents: sum((line) => line.amcCents),
    restCents: sum((line) => line.restCents),
  };
}
