import { type BoxFaults, readDayBoxes, type TypedBoxes } from "../../domain/day-boxes.ts";
import type { Card } from "../../domain/vitale-cards.ts";
import { type Declaration, type DeclarationReason, isGone } from "../../domain/vitale-declarations.ts";
import type { Day } from "../../lib/dates.ts";
import type { ErrorKey } from "../../platform/i18n.ts";

const usable: readonly string[] = ["active", "a_mettre_a_jour"];

/** Whether somebody has a card to show to a professional today: what was told to be lost or stolen is none. */
export function hasUsableCard(cards: Card[], declarations: Pick<Declaration, "cardNumber" | "reason">[]): boolean {
  return cards.some((card) => usable.includes(card.status) && !isToldGone(card, declarations));
}

/** Whether a bearer's card was told to be lost or stolen. */
export function isToldGone(
  { cardNumber }: Pick<Card, "cardNumber">,
  declarations: Pick<Declaration, "cardNumber" | "reason">[],
): boolean {
  return declarations.some((one) => one.cardNumber === cardNumber && isGone(one));
}

/** The first cards were handed out in 1998. */
const firstCards: Day = "1998-01-01";

export type TypedDeclaration = TypedBoxes<"happened"> & { [F in "reason" | "description"]?: string | undefined };
export type DeclarationFaults = BoxFaults<"happened"> & { description?: ErrorKey };

/** The day it happened: not in the future, and not before the card was made. */
export function readHappenedOn(
  typed: TypedDeclaration,
  { today, issuedOn }: { today: Day; issuedOn: Day | null | undefined },
): { day: Day | undefined; faults: BoxFaults<"happened"> } {
  const read = readDayBoxes("happened", typed);
  if (read.day === undefined) return read;
  const isPossible = read.day <= today && read.day >= (issuedOn ?? firstCards);
  return isPossible ? read : { day: undefined, faults: { happenedDay: "notWhileCardExisted" } };
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
