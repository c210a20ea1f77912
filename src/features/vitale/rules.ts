import type { Card } from "../../domain/vitale-cards.ts";
import type { DeclarationReason } from "../../domain/vitale-declarations.ts";
import type { Day } from "../../lib/dates.ts";
import { type DayFault, type DayPart, parseTypedDay } from "../../lib/typed-day.ts";
import type { ErrorKey } from "../../platform/i18n.ts";

const usable: readonly string[] = ["active", "a_mettre_a_jour"];

/** Whether somebody has a card to show to a professional today. */
export function hasUsableCard(cards: Card[]): boolean {
  return cards.some(({ status }) => usable.includes(status));
}

/** The first cards were handed out in 1998. */
const firstCards: Day = "1998-01-01";

const dayFaults: Record<DayPart, Record<DayFault, ErrorKey>> = {
  day: { missing: "required", wrong: "notADay" },
  month: { missing: "required", wrong: "notAMonth" },
  year: { missing: "required", wrong: "notAYear" },
};

type HappenedField = "happenedDay" | "happenedMonth" | "happenedYear";
export type TypedDeclaration = { [F in HappenedField | "reason" | "description"]?: string | undefined };
export type DeclarationFaults = { [F in HappenedField | "description"]?: ErrorKey };

/** The day it happened: not in the future, and not before the card was made. */
export function readHappenedOn(
  { happenedDay: day = "", happenedMonth: month = "", happenedYear: year = "" }: TypedDeclaration,
  { today, issuedOn }: { today: Day; issuedOn: Day | null | undefined },
): { day: Day | undefined; faults: DeclarationFaults } {
  const read = parseTypedDay({ day, month, year });
  if (!read.ok) {
    const { faults } = read;
    return {
      day: undefined,
      faults: {
        ...(faults.day && { happenedDay: dayFaults.day[faults.day] }),
        ...(faults.month && { happenedMonth: dayFaults.month[faults.month] }),
        ...(faults.year && { happenedYear: dayFaults.year[faults.year] }),
      },
    };
  }
  const isPossible = read.value <= today && read.value >= (issuedOn ?? firstCards);
  return isPossible
    ? { day: read.value, faults: {} }
    : { day: undefined, faults: { happenedDay: "notWhileCardExisted" } };
}

/** What the fields say together: a fault of a card is to be described. */
export function declarationFaults(
  typed: TypedDeclaration,
  card: { today: Day; issuedOn: Day | null | undefined },
): DeclarationFaults {
  const isUndescribed =
    typed.reason === ("dysfonctionnement" satisfies DeclarationReason) && !typed.description?.trim();
  return { ...readHappenedOn(typed, card).faults, ...(isUndescribed && { description: "required" }) };
}
