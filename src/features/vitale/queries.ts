import { ownAgeLimit } from "../../domain/own-age.ts";
import type { Day } from "../../lib/dates.ts";
import type { Db } from "../../platform/database.ts";

export type Card = {
  cardNumber: string;
  status: string;
  reason: string | null;
  statusOn: Day;
  issuedOn: Day | null;
  sentOn: Day | null;
};

/** Somebody who may have a card: the member, or a dependant; of one of 16 or more, the name alone. */
export type Bearer = { name: string; isSelf: 0 | 1; isShown: 0 | 1; cards: Card[] };

type Row = Omit<Bearer, "cards"> & { memberId: string } & (Card | { cardNumber: null });

/** Reads the cards of a member and of the dependants whose cards are the member's to know. */
export function createVitaleQueries(db: Db) {
  const bearers = db.$client.prepare<[{ memberId: string; ownAgeLimit: Day }], Row>(`
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
  const asOf = db.$client.prepare<[], number>("SELECT as_of FROM data_freshness WHERE entity = 'vitale'").pluck();

  return {
    /** The member first, then the dependants in the order of their ranks; each one's cards, the latest first. */
    bearers(memberId: string, today: Day): Bearer[] {
      const found = new Map<string, Bearer>();
      for (const row of bearers.all({ memberId, ownAgeLimit: ownAgeLimit(today) })) {
        const bearer = found.get(row.memberId) ?? { ...row, cards: [] };
        found.set(row.memberId, bearer);
        if (row.cardNumber !== null) bearer.cards.push(row);
      }
      return [...found.values()];
    },
    /** When the back office gave its cards (seconds), if it ever did. */
    asOf: (): number | undefined => asOf.get(),
  };
}
