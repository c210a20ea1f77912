import { ownAgeLimit } from "../../domain/own-age.ts";
import type { Day } from "../../lib/dates.ts";
import type { Db } from "../../platform/database.ts";

type Flag = 0 | 1;

/** Who the file is about, their account, and their rights at the Assurance Maladie if any are known. */
export type Person = {
  title: string | null;
  birthName: string;
  usualName: string | null;
  firstNames: string;
  birthDate: Day;
  nirSealed: Buffer | null;
  nirProvisional: Flag;
  email: string | null;
  phone: string | null;
  address1: string | null;
  address2: string | null;
  address3: string | null;
  address4: string | null;
  address5: string | null;
  address6: string | null;
  country: string | null;
  /** The account's own address, proven by a link that was followed, and the number typed for alerts; null without one. */
  accountEmail: string | null;
  accountMobile: string | null;
  accountMobileVerifiedAt: number | null;
  rights: Rights | undefined;
  dependants: Dependant[];
  /** When each entity of the feed came last (seconds). */
  freshness: Record<string, number | undefined>;
};

export type Rights = {
  scheme: string;
  fund: string;
  centre: string;
  fundName: string;
  quality: 1 | 2 | 3 | 4;
  rank: number;
  rightsFrom: Day;
  rightsTo: Day;
  treatingDoctor: "O" | "N" | "I";
  exemptionCode: string | null;
  exemptionFrom: Day | null;
  exemptionTo: Day | null;
  /** Who insures the member, when it is somebody else. */
  holder: string | null;
  hasNumberOfHolder: Flag;
};

/** Somebody insured through the member: from 16 on, the name alone. */
export type Dependant = { name: string; birthDate: Day | null; rank: number | null };

export type BankAccount = {
  usage: "prestations_amo" | "prestations_amc" | "cotisations";
  ibanSealed: Buffer;
  holder: string;
  mandate: string | null;
  since: Day | null;
};

export type Contract = {
  contractId: string;
  productName: string;
  responsible: Flag;
  startsOn: Day;
  endsOn: Day | null;
  status: "actif" | "suspendu" | "resilie" | "a_venir";
  periodicity: string | null;
  /** The member pays for it; other people on it see themselves alone. */
  isOwn: Flag;
  subscriber: string;
  insured: Insured[];
};

export type Insured = {
  name: string;
  isSelf: Flag;
  link: "assure" | "conjoint" | "enfant" | "autre";
  startsOn: Day;
  endsOn: Day | null;
  /** The télétransmission; none of it for somebody else of 16 or more. */
  noemieStatus: string | null;
  noemieCode: string | null;
  noemieOn: Day | null;
};

export type Guarantee = {
  contractId: string;
  label: string;
  levelPctBr: number | null;
  allowanceCents: number | null;
  allowancePeriod: string | null;
  thirdParty: Flag;
};

export type Instalment = {
  contractId: string;
  dueOn: Day;
  amountCents: number;
  mode: string;
  status: "a_venir" | "preleve" | "paye" | "rejete" | "regularise" | "annule";
  paidOn: Day | null;
  rejectReason: string | null;
};

type PersonRow = Omit<Person, "rights" | "dependants" | "freshness"> &
  (Rights | { scheme: null }) & {
    freshness: string;
    dependant: string | null;
    dependantBirth: Day | null;
    dependantRank: number | null;
  };
type ContractRow = Omit<Contract, "insured"> & { name: string | null } & {
  [Column in Exclude<keyof Insured, "name" | "startsOn" | "endsOn">]: Insured[Column];
} & { insuredFrom: Day; insuredTo: Day | null };

const nameOf = (person: string) =>
  `${person}.first_names || ' ' || coalesce(${person}.usual_name, ${person}.birth_name)`;

/** The contracts a member holds, and those of others that cover the member. */
const visible = `WITH visible AS (
  SELECT contract_id FROM contracts WHERE subscriber_id = @memberId
  UNION SELECT contract_id FROM beneficiaries WHERE member_id = @memberId AND ended = 0)`;

/**
 * Reads the file of a member, with what is the member's to know of others: five statements, each by an index.
 * What is somebody else's alone is not even read.
 */
export function createDossierQueries(db: Db) {
  const { $client } = db;

  const person = $client.prepare<[{ memberId: string; ownAgeLimit: Day }], PersonRow>(`
    SELECT m.title, m.birth_name AS birthName, m.usual_name AS usualName, m.first_names AS firstNames,
      m.birth_date AS birthDate, m.nir_sealed AS nirSealed, m.nir_provisional AS nirProvisional, m.email, m.phone,
      m.address_1 AS address1, m.address_2 AS address2, m.address_3 AS address3, m.address_4 AS address4,
      m.address_5 AS address5, m.address_6 AS address6, m.country,
      a.email AS accountEmail, a.mobile AS accountMobile,
      a.mobile_verified_at AS accountMobileVerifiedAt,
      r.scheme, r.fund, r.centre, r.fund_name AS fundName, r.quality, r.rank, r.rights_from AS rightsFrom,
      r.rights_to AS rightsTo, r.treating_doctor AS treatingDoctor, r.exemption_code AS exemptionCode,
      r.exemption_from AS exemptionFrom, r.exemption_to AS exemptionTo,
      ${nameOf("h")} AS holder, coalesce(m.nir_hash = h.nir_hash, 0) AS hasNumberOfHolder,
      ${nameOf("d")} AS dependant, CASE WHEN d.birth_date > @ownAgeLimit THEN d.birth_date END AS dependantBirth,
      CASE WHEN d.birth_date > @ownAgeLimit THEN dr.rank END AS dependantRank,
      (SELECT json_group_object(entity, as_of) FROM data_freshness) AS freshness
    FROM members m
      LEFT JOIN accounts a ON a.member_id = m.member_id
      LEFT JOIN amo_rights r ON r.member_id = m.member_id AND r.ended = 0
      LEFT JOIN members h ON h.member_id = r.holder_id AND h.member_id <> m.member_id
      LEFT JOIN amo_rights dr ON dr.holder_id = m.member_id AND dr.member_id <> m.member_id AND dr.ended = 0
      LEFT JOIN members d ON d.member_id = dr.member_id AND d.ended = 0 AND d.deceased = 0
    WHERE m.member_id = @memberId
    ORDER BY dr.rank, dr.member_id`);

  const banks = $client.prepare<[string], BankAccount>(`
    SELECT usage, iban_sealed AS ibanSealed, holder, mandate, since FROM bank_accounts
    WHERE member_id = ? AND ended = 0`);

  const contracts = $client.prepare<[{ memberId: string; ownAgeLimit: Day }], ContractRow>(`
    ${visible}
    SELECT c.contract_id AS contractId, c.product_name AS productName, c.responsible, c.starts_on AS startsOn,
      c.ends_on AS endsOn, c.status, c.periodicity, c.subscriber_id = @memberId AS isOwn, ${nameOf("s")} AS subscriber,
      ${nameOf("m")} AS name, b.member_id = @memberId AS isSelf, b.link, b.starts_on AS insuredFrom,
      b.ends_on AS insuredTo,
      CASE WHEN b.member_id = @memberId OR m.birth_date > @ownAgeLimit THEN b.noemie_status END AS noemieStatus,
      CASE WHEN b.member_id = @memberId OR m.birth_date > @ownAgeLimit THEN b.noemie_code END AS noemieCode,
      CASE WHEN b.member_id = @memberId OR m.birth_date > @ownAgeLimit THEN b.noemie_on END AS noemieOn
    FROM visible v
      JOIN contracts c ON c.contract_id = v.contract_id AND c.ended = 0
      JOIN members s ON s.member_id = c.subscriber_id
      LEFT JOIN beneficiaries b ON b.contract_id = c.contract_id AND b.ended = 0
        AND (c.subscriber_id = @memberId OR b.member_id = @memberId)
      LEFT JOIN members m ON m.member_id = b.member_id
    ORDER BY c.starts_on DESC, c.contract_id DESC, isSelf DESC, m.birth_date, b.member_id`);

  const guarantees = $client.prepare<[{ memberId: string }], Guarantee>(`
    ${visible}
    SELECT g.contract_id AS contractId, g.label, g.level_pct_br AS levelPctBr, g.allowance_cents AS allowanceCents,
      g.allowance_period AS allowancePeriod, g.third_party AS thirdParty
    FROM visible v JOIN guarantees g ON g.contract_id = v.contract_id AND g.ended = 0
    ORDER BY g.position, g.item`);

  // Whoever is on somebody else's contract learns nothing of what is paid for it.
  const instalments = $client.prepare<[string], Instalment>(`
    SELECT i.contract_id AS contractId, i.due_on AS dueOn, i.amount_cents AS amountCents, i.mode, i.status,
      i.paid_on AS paidOn, i.reject_reason AS rejectReason
    FROM contracts c JOIN instalments i ON i.contract_id = c.contract_id AND i.ended = 0
    WHERE c.subscriber_id = ? ORDER BY i.due_on, i.instalment_id`);

  return {
    /** The member, with account, rights and dependants; undefined when the row went in the meantime. */
    person(memberId: string, today: Day): Person | undefined {
      const rows = person.all({ memberId, ownAgeLimit: ownAgeLimit(today) });
      const [row] = rows;
      if (!row) return undefined;
      const dependants = rows.flatMap(({ dependant, dependantBirth, dependantRank }) =>
        dependant === null ? [] : { name: dependant, birthDate: dependantBirth, rank: dependantRank },
      );
      return {
        ...row,
        rights: row.scheme === null ? undefined : row,
        dependants,
        freshness: JSON.parse(row.freshness) as Person["freshness"],
      };
    },
    banks: (memberId: string): BankAccount[] => banks.all(memberId),
    /** The member's contracts, and those of others that cover the member: the latest first, the member first in each. */
    contracts(memberId: string, today: Day): Contract[] {
      const found = new Map<string, Contract>();
      for (const row of contracts.all({ memberId, ownAgeLimit: ownAgeLimit(today) })) {
        const contract = found.get(row.contractId) ?? { ...row, insured: [] };
        found.set(row.contractId, contract);
        const { name } = row;
        if (name !== null) contract.insured.push({ ...row, name, startsOn: row.insuredFrom, endsOn: row.insuredTo });
      }
      return [...found.values()];
    },
    /** Those of all these contracts, in the order the mutual tells them. */
    guarantees: (memberId: string): Guarantee[] => guarantees.all({ memberId }),
    /** What is paid for the member's own contracts, oldest first. */
    instalments: (memberId: string): Instalment[] => instalments.all(memberId),
  };
}
