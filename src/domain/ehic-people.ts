import type { Day } from "../lib/dates.ts";
import { isProvisional, type Nir, parseNir } from "../lib/nir.ts";
import { perBase } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { ownAgeLimit } from "./own-age.ts";

type Flag = 0 | 1;

/** What the rules of the European card look at, of one person; read from the file of the moment. */
export type EhicPerson = {
  memberId: string;
  firstNames: string;
  lastName: string;
  isSelf: Flag;
  birthDate: Day;
  isAffiliate: Flag;
  /** The number of the person, or of who insures them when they have none; undefined when there is none that can be read. */
  nir: Nir | undefined;
  /** It will be replaced one day, by what the file or the number itself says. */
  isNirProvisional: boolean;
  /** Lines 4, 5 and 6 of the postal address of the person, or of who insures them. */
  street: string | null;
  place: string | null;
  town: string | null;
  rightsFrom: Day | null;
  rightsTo: Day | null;
  fundName: string | null;
  quality: 1 | 2 | 3 | 4 | null;
  cards: EhicCard[];
};

/** What the back office says of a card or of a request for one. */
export type EhicCard = {
  requestId: string;
  memberId: string;
  status: string;
  cardNumber: string | null;
  expiresOn: Day | null;
  /** Why, in the words of the back office. */
  reason: string | null;
  /** Day or moment of the last word on it. */
  updatedAt: string | null;
};

/** The people of a file: those whose card the member may ask for or see, and the names of the dependants of 16 or more. */
export type EhicPeople = { people: EhicPerson[]; others: { name: string }[] };

type Row = Omit<EhicPerson, "cards" | "nir" | "isNirProvisional"> & {
  isShown: Flag;
  nirSealed: Buffer | null;
  nirProvisional: Flag;
};

/** The member first, then the dependants by rank; of one of 16 or more, the name alone is read. */
export function ehicPeople({ db, seal }: Pick<Deps, "db" | "seal">, memberId: string, today: Day): EhicPeople {
  const { family, cards } = statements(db);
  const rows = family.all({ memberId, ownAgeLimit: ownAgeLimit(today) });
  const shown = rows.filter(({ isShown }) => isShown === 1);
  const known = cards.all(JSON.stringify(shown.map((row) => row.memberId)));
  return {
    people: shown.map(({ isShown: _, nirSealed, nirProvisional, ...person }) => {
      const nir = nirSealed === null ? undefined : parseNir(seal.open("members.nir", nirSealed));
      return {
        ...person,
        nir,
        isNirProvisional: nirProvisional === 1 || (nir !== undefined && isProvisional(nir)),
        cards: known.filter((card) => card.memberId === person.memberId),
      };
    }),
    others: rows
      .filter(({ isShown }) => isShown === 0)
      .map(({ firstNames, lastName }) => ({ name: `${firstNames} ${lastName}` })),
  };
}

const shownOnly = (columns: string[]) =>
  columns.map((column) => `CASE WHEN m.member_id = @memberId OR m.birth_date > @ownAgeLimit THEN ${column}`).join(", ");

const statements = perBase(({ $client }) => ({
  family: $client.prepare<{ memberId: string; ownAgeLimit: Day }, Row>(`
    WITH family AS (
      SELECT @memberId AS member_id, 0 AS rank
      UNION ALL SELECT member_id, rank FROM amo_rights
        WHERE holder_id = @memberId AND member_id <> @memberId AND ended = 0)
    SELECT m.member_id AS memberId, m.first_names AS firstNames, coalesce(m.usual_name, m.birth_name) AS lastName,
      m.member_id = @memberId AS isSelf, m.member_id = @memberId OR m.birth_date > @ownAgeLimit AS isShown,
      ${shownOnly([
        "m.birth_date END AS birthDate",
        "m.is_affiliate END AS isAffiliate",
        "coalesce(m.nir_sealed, h.nir_sealed) END AS nirSealed",
        "CASE WHEN m.nir_sealed IS NULL THEN coalesce(h.nir_provisional, 0) ELSE m.nir_provisional END END AS nirProvisional",
        "CASE WHEN m.address_6 IS NULL THEN h.address_4 ELSE m.address_4 END END AS street",
        "CASE WHEN m.address_6 IS NULL THEN h.address_5 ELSE m.address_5 END END AS place",
        "coalesce(m.address_6, h.address_6) END AS town",
        "r.rights_from END AS rightsFrom",
        "r.rights_to END AS rightsTo",
        "r.fund_name END AS fundName",
        "r.quality END AS quality",
      ])}
    FROM family f
      JOIN members m ON m.member_id = f.member_id AND m.ended = 0 AND m.deceased = 0
      LEFT JOIN amo_rights r ON r.member_id = m.member_id AND r.ended = 0
      LEFT JOIN members h ON h.member_id = r.holder_id AND h.member_id <> m.member_id AND h.ended = 0
    ORDER BY f.rank, m.member_id`),
  cards: $client.prepare<[string], EhicCard>(`
    SELECT request_id AS requestId, member_id AS memberId, status, card_number AS cardNumber, expires_on AS expiresOn, reason,
      updated_at AS updatedAt
    FROM ehic_requests WHERE member_id IN (SELECT value FROM json_each(?)) AND ended = 0
    ORDER BY updated_at DESC, request_id DESC`),
}));
