import { addDays, ageOn, type Day } from "../../lib/dates.ts";
import { amountsOf, type Charge } from "./amounts.ts";
import { coverageOn, coverOf } from "./coverage.ts";
import type { DemoData, DemoPerson } from "./demo-data.ts";
import type { Family, Ledger, Line, Payment } from "./ledger.ts";
import type { Random } from "./random.ts";
import { relativeDay } from "./relative-day.ts";
import { priceOn } from "./tariffs.ts";
import type { Visit, VisitLine } from "./visits.ts";

type Context = { person: DemoPerson; birth: Day; today: Day; data: DemoData; ledger: Ledger; random: Random };
/** Deductions on acts paid to the professional, to be taken back from a later payment to the member. */
type Owed = { origin: Line; family: Family; cents: number };

const dayLimitWithoutTransmission = 60;

/**
 * Puts the visits of one person into the ledger as both covers would pay them: AMO first, AMC some days later, nothing
 * after today. What AMC has not paid yet stays empty.
 */
export function settleVisits(context: Context, visits: Visit[]): void {
  const owed: Owed[] = [];
  const dated = visits.map((visit) => {
    const done = visit.lines.map(({ day, until }) => until ?? day).sort();
    const delay = visit.thirdParty ? context.random.between(2, 4) : context.random.between(4, 9);
    const amoOn = addDays(done.at(-1)!, delay);
    return { visit, amoOn, amcOn: addDays(amoOn, context.random.between(2, 5)), chance: context.random.chance(25) };
  });
  dated.sort((a, b) => (a.amoOn < b.amoOn ? -1 : a.amoOn > b.amoOn ? 1 : 0));
  for (const { visit, amoOn, amcOn, chance } of dated) {
    if (amoOn <= context.today) settleVisit(context, visit, { amoOn, amcOn, onPaper: chance }, owed);
  }
}

function settleVisit(
  context: Context,
  visit: Visit,
  { amoOn, amcOn, onPaper }: { amoOn: Day; amcOn: Day; onPaper: boolean },
  owed: Owed[],
): void {
  const { person, ledger, data, today } = context;
  const firstDay = visit.lines[0]!.day;
  const hasAmo = isInsured(person, firstDay, today);
  const coverage = coverageOn(data, person.id, firstDay, today);
  // Only a member who is never in the AMO files has his AMO part from the mutual.
  if (person.amo ? !hasAmo : !coverage) return;
  const isLate = !coverage?.isTransmitted && firstDay > addDays(today, -dayLimitWithoutTransmission);
  const isPending = coverage !== undefined && (amcOn > today || isLate);
  const drafts = visit.lines.map((line) => {
    const charge = chargeOf(context, line);
    const cover = coverage ? coverOf(coverage.product, line.act, line.allowanceShare) : ({ kind: "none" } as const);
    return { line, charge, cover, before: amountsOf(charge, cover) };
  });
  const paysAmo = hasAmo && drafts.some(({ before }) => before.amoGrossCents > 0);
  const paysAmc = !isPending && drafts.some(({ before }) => before.amcCents > 0);
  if (!paysAmo && !paysAmc) return;

  const payer = { personId: person.payee ?? person.id, status: "emis" as const, id: undefined };
  const recipient = visit.thirdParty ? ("professionnel" as const) : ("assure" as const);
  const nature = visit.thirdParty ? "PAIEMENT_A_UN_TIERS" : "REMBOURSEMENT_SOINS";
  const amo = paysAmo ? ledger.pay({ ...payer, payer: "AMO", on: amoOn, nature, recipient }) : undefined;
  const amc = paysAmc ? ledger.pay({ ...payer, payer: "AMC", on: amcOn, nature, recipient }) : undefined;
  const isUnknown = !person.amo && onPaper;
  const due: Owed[] = [];
  for (const { line, charge, cover, before } of drafts) {
    const paidByAmc = amc && (before.amcCents > 0 || !amo) ? amc : undefined;
    const paidByAmo = amo && (before.amoGrossCents > 0 || !paidByAmc) ? amo : undefined;
    const kept = isUnknown ? undefined : keptFor(context, line);
    const on = (paidByAmo ?? paidByAmc)!.on;
    const family = kept?.family ?? "franchise";
    const now = visit.thirdParty
      ? 0
      : Math.min(kept?.cents ?? 0, before.amoGrossCents, ledger.room(person.id, family, on));
    const participationCents = family === "participation" ? now : 0;
    const franchiseCents = family === "franchise" ? now : 0;
    const amounts = amountsOf({ ...charge, participationCents, franchiseCents }, cover);
    const added: Line = {
      ...describe(person.id, visit, line),
      amo: paidByAmo,
      amc: paidByAmc,
      baseCents: isUnknown ? undefined : charge.baseCents,
      rate: isUnknown ? undefined : charge.rate,
      amoGrossCents: isUnknown ? undefined : amounts.amoGrossCents,
      participationCents,
      franchiseCents,
      amoPaidCents: isUnknown ? undefined : amounts.amoPaidCents,
      amcCents: isPending || !coverage ? undefined : amounts.amcCents,
      restCents: isPending || isUnknown ? undefined : amounts.restCents,
      pathway: line.act.inPathway ? (charge.pathwayRate ? "N" : "O") : "I",
      type: "NORMALE",
      origin: undefined,
    };
    ledger.add(added);
    if (visit.thirdParty && kept && paidByAmo) owe(due, added, kept);
  }
  if (amo && !visit.thirdParty) takeBack(ledger, amo, owed);
  owed.push(...due);
}

function describe(
  beneficiaryId: string,
  { provider, specialty }: Visit,
  { act, day, until, quantity, expenseCents }: VisitLine,
) {
  return {
    id: undefined,
    beneficiaryId,
    careFrom: day,
    careTo: until,
    provider,
    specialty,
    code: act.code,
    label: act.label,
    quantity,
    expenseCents,
  };
}

function isInsured(person: DemoPerson, day: Day, today: Day): boolean {
  if (!person.amo) return false;
  return relativeDay(person.amo.from, today) <= day && day <= relativeDay(person.amo.to, today);
}

function chargeOf(context: Context, { act, day, expenseCents, baseCents }: VisitLine): Charge {
  const exemption = exemptionOn(context, day);
  const isFull = act.rate > 0 && (exemption === "MATERNITE" || (exemption === "ALD" && act.illness === true));
  if (isFull) return { expenseCents, baseCents, rate: 10_000 };
  const { person, birth } = context;
  const isOutside = act.inPathway && person.amo?.doctor === "N" && ageOn(birth, day) >= 16;
  return isOutside
    ? { expenseCents, baseCents, rate: 3_000, pathwayRate: act.rate }
    : { expenseCents, baseCents, rate: act.rate };
}

function exemptionOn({ person, today }: Context, day: Day) {
  const exemption = person.amo?.exemption;
  if (!exemption) return undefined;
  const isOpen = relativeDay(exemption.from, today) <= day && day <= relativeDay(exemption.to, today);
  return isOpen ? exemption.code : undefined;
}

/** What is kept back for an act: nothing from minors, expectant mothers and holders of the C2S. */
function keptFor(context: Context, { act, day, quantity }: VisitLine): { family: Family; cents: number } | undefined {
  const exemption = exemptionOn(context, day);
  if (!act.keeps || ageOn(context.birth, day) < 18 || exemption === "C2S" || exemption === "MATERNITE")
    return undefined;
  const units = act.keeps === "franchiseBox" ? quantity : 1;
  return {
    family: act.keeps === "participation" ? "participation" : "franchise",
    cents: priceOn(act.keeps, day) * units,
  };
}

/** One debt for each family and visit, tied to its first act. */
function owe(due: Owed[], origin: Line, { family, cents }: { family: Family; cents: number }): void {
  const same = due.find((debt) => debt.family === family);
  if (same) same.cents += cents;
  else due.push({ origin, family, cents });
}

/** Takes back what is owed, as far as the payment and the yearly cap go. */
function takeBack(ledger: Ledger, payment: Payment, owed: Owed[]): void {
  for (const debt of [...owed]) {
    const { origin, family } = debt;
    const cents = Math.min(debt.cents, ledger.room(origin.beneficiaryId, family, payment.on));
    if (cents > payment.amountCents || origin.amo!.on >= payment.on) continue;
    owed.splice(owed.indexOf(debt), 1);
    if (cents === 0) continue;
    ledger.add({
      ...origin,
      id: undefined,
      amo: payment,
      amc: undefined,
      careTo: undefined,
      code: family === "franchise" ? "FRT" : "PFT",
      label:
        family === "franchise" ? "Franchise sur soins en tiers payant" : "Participation forfaitaire en tiers payant",
      quantity: 1,
      expenseCents: 0,
      baseCents: undefined,
      rate: undefined,
      amoGrossCents: 0,
      participationCents: family === "participation" ? cents : 0,
      franchiseCents: family === "franchise" ? cents : 0,
      amoPaidCents: -cents,
      amcCents: undefined,
      restCents: cents,
      pathway: "I",
      type: "DEDUCTION",
      origin,
    });
  }
}
