import type { Card } from "./queries.ts";

/** Of these, no card will come into use again. */
const over: readonly string[] = ["en_opposition", "invalidee"];
const usable: readonly string[] = ["active", "a_mettre_a_jour"];

/** The cards that are in use or on their way before those that are over; the latest first in each. */
export function inOrder(cards: Card[]): Card[] {
  const rank = ({ status }: Card) => Number(over.includes(status));
  return cards.toSorted((a, b) => rank(a) - rank(b) || (a.statusOn < b.statusOn ? 1 : -1));
}

/** Whether somebody has a card to show to a professional today. */
export function hasUsableCard(cards: Card[]): boolean {
  return cards.some(({ status }) => usable.includes(status));
}

/** `•••• 8765`; undefined for a card that has no number yet, which the feed writes as nothing or as zeros. */
export function maskSerial(cardNumber: string): string | undefined {
  return /^0*$/.test(cardNumber) ? undefined : `•••• ${cardNumber.length > 4 ? cardNumber.slice(-4) : ""}`.trim();
}
