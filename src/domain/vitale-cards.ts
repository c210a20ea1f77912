import type { Day } from "../lib/dates.ts";
import { perBase } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { ownAgeLimit } from "./own-age.ts";

export type Card = {
  cardNumber: string;
  status: string;
  reason: string | null;
  statusOn: Day;
  issuedOn: Day | null;
  sentOn: Day | null;
};

/** Somebody who may have a card: the member, or a dependant; of one of 16 or more, the name alone. */
export type Bearer = { memberId: string; name: string; isSelf: 0 | 1; isShown: 0 | 1; cards: Card[] };

type Row = Omit<Bearer, "cards"> & (Card | { cardNumber: null });

/** The bearers of a member on a day. */
export function bearersOf({ db }: Pick<Deps, "db">, memberId: string, today: Day): Bearer[] {
  return bearersIn(db)(memberId, today);
}

/** Of the bearers, those whose cards are the member's to know: the member, and dependants below 16. */
export function ownBearersOf(deps: Pick<Deps, "db">, memberId: string, today: Day): Bearer[] {
  return bearersOf(deps, memberId, today).filter(({ isShown }) => isShown === 1);
}

/** Of these, no card will come into use again. */
const over: readonly string[] = ["en_opposition", "invalidee"];
/** A card that exists and is not at the caisse: it can be lost, stolen, or break down. */
const live: readonly string[] = ["active", "a_mettre_a_jour", "expediee"];

export function isOver({ status }: Pick<Card, "status">): boolean {
  return over.includes(status);
}

export function isLive({ status }: Pick<Card, "status">): boolean {
  return live.includes(status);
}

/** The cards that are in use or on their way before those that are over; the latest first in each. */
export function inOrder(cards: Card[]): Card[] {
  return cards.toSorted((a, b) => Number(isOver(a)) - Number(isOver(b)) || (a.statusOn < b.statusOn ? 1 : -1));
}

/** The card that a form is about: of those that can be lost, one in use before one on its way. */
export function cardInUse(cards: Card[]): Card | undefined {
  return inOrder(cards.filter(isLive)).toSorted((a, b) => live.indexOf(a.status) - live.indexOf(b.status))[0];
}

/** True for a card that has no number yet, which the feed writes as nothing or as zeros. */
export function hasNumber({ cardNumber }: Pick<Card, "cardNumber">): boolean {
  return !/^0*$/.test(cardNumber);
}

/** `•••• 8765`; undefined for a card that has no number yet. */
export function maskSerial(cardNumber: string): string | undefined {
  if (!hasNumber({ cardNumber })) return undefined;
  return `•••• ${cardNumber.length > 4 ? cardNumber.slice(-4) : ""}`.trim();
}

/** What reads the bearers of a member: the member first, then the dependants by rank; each one's cards, latest first. */
export const bearersIn = perBase((db) => {
  const family = db.$client.prepare<[{ memberId: string; ownAgeLimit: Day }], Row>(`
    WITH family AS (
      SELECT @memberId AS member_id, 0 AS rank
      UNION ALL SELECT member_id, rank FROM amo_rights
        WHERE holder_id = @memberId AND member_id <> @memberId AND ended = 0)
    SELECT m.member_id AS memberId, m.first_names || ' ' || coalesce(m.usual_name, m.birth_name) AS name,
      m.member_id = @memberId AS isSelf, m.member_id = @memberId OR m.birth_date > @ownAgeLimit AS isShown,
      v.card_number AS cardNumber, v.status, v.reason, v.status_on AS statusOn, v.issued_on AS issuedOn,
      v.sent_on AS sentOn
    FROM family f
      JOIN members m ON m.member_id = f.member_id AND (f.rank = 0 OR (m.ended = 0 AND m.deceased = 0))
      LEFT JOIN vitale_cards v ON v.member_id = m.member_id AND v.ended = 0
        AND (m.member_id = @memberId OR m.birth_date > @ownAgeLimit)
    ORDER BY f.rank, m.member_id, v.status_on DESC, v.card_number DESC`);

  return (memberId: string, today: Day): Bearer[] => {
    const found = new Map<string, Bearer>();
    for (const row of family.all({ memberId, ownAgeLimit: ownAgeLimit(today) })) {
      const { name, isSelf, isShown } = row;
      const bearer = found.get(row.memberId) ?? { memberId: row.memberId, name, isSelf, isShown, cards: [] };
      found.set(row.memberId, bearer);
      if (row.cardNumber === null) continue;
      const { cardNumber, status, reason, statusOn, issuedOn, sentOn } = row;
      bearer.cards.push({ cardNumber, status, reason, statusOn, issuedOn, sentOn });
    }
    return [...found.values()];
  };
});
