import { ownAgeLimit } from "../../domain/own-age.ts";
import type { PostalAddress } from "../../domain/postal-address.ts";
import type { Day } from "../../lib/dates.ts";
import type { Db } from "../../platform/database.ts";

type Flag = 0 | 1;

/** Who asks for a certificate, as the file names them. */
export type Owner = PostalAddress & {
  memberId: string;
  title: string | null;
  birthName: string;
  usualName: string | null;
  firstNames: string;
  birthDate: Day;
  memberNumber: string | null;
  /** Who insures them at the Assurance Maladie, when it is somebody else. */
  holder: string | null;
};

/** Somebody who may stand on a certificate: of another person of 16 or more, the name alone. */
type Named = { memberId: string; firstNames: string; lastName: string; isSelf: Flag };
type Private = { birthDate: Day; birthRank: number; nirSealed: Buffer | null; nirProvisional: Flag };

/** The rights of the member, or of somebody insured through them; none of those of 16 or more. */
export type RightsHolder = Named & (({ isShown: 1 } & Private & Rights) | { isShown: 0 });

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
};

export type Contract = {
  contractId: string;
  productName: string;
  responsible: Flag;
  startsOn: Day;
  endsOn: Day | null;
  status: "actif" | "suspendu" | "resilie" | "a_venir";
  amcNumber: string;
  /** The member pays for it; other people on it see themselves alone. */
  isOwn: Flag;
  subscriber: string;
  insured: Insured[];
};

export type Insured = Named & {
  startsOn: Day;
  endsOn: Day | null;
  link: "assure" | "conjoint" | "enfant" | "autre";
} & (
    | ({ isShown: 1 } & Private & { noemieStatus: string; noemieCode: string | null })
    | { isShown: 0; noemieStatus: null; noemieCode: null }
  );

export type Guarantee = {
  label: string;
  levelPctBr: number | null;
  allowanceCents: number | null;
  allowancePeriod: string | null;
  thirdParty: Flag;
};

type ContractRow = Omit<Contract, "insured"> &
  ({ memberId: null } | (Omit<Insured, "startsOn" | "endsOn"> & { insuredFrom: Day; insuredTo: Day | null }));

const nameOf = (person: string) =>
  `${person}.first_names || ' ' || coalesce(${person}.usual_name, ${person}.birth_name)`;
const isShown = "(m.member_id = @memberId OR m.birth_date > @ownAgeLimit)";
const onlyShown = (columns: string[]) => columns.map((column) => `CASE WHEN ${isShown} THEN ${column}`);
const named = `m.member_id AS memberId, m.first_names AS firstNames, coalesce(m.usual_name, m.birth_name) AS lastName,
  m.member_id = @memberId AS isSelf, ${isShown} AS isShown`;
const hidden = onlyShown([
  "m.birth_date END AS birthDate",
  "m.birth_rank END AS birthRank",
  "m.nir_sealed END AS nirSealed",
  "m.nir_provisional END AS nirProvisional",
]).join(", ");

/** Reads what certificates say, by key. What is somebody else's alone is not even read. */
export function createDocumentQueries({ $client }: Db) {
  const owner = $client.prepare<[string], Owner>(`
    SELECT m.member_id AS memberId, m.title, m.birth_name AS birthName, m.usual_name AS usualName,
      m.first_names AS firstNames, m.birth_date AS birthDate, m.member_number AS memberNumber,
      m.address_1 AS address1, m.address_2 AS address2, m.address_3 AS address3, m.address_4 AS address4,
      m.address_5 AS address5, m.address_6 AS address6, m.country,
      ${nameOf("h")} AS holder
    FROM members m
      LEFT JOIN amo_rights r ON r.member_id = m.member_id AND r.ended = 0
      LEFT JOIN members h ON h.member_id = r.holder_id AND h.member_id <> m.member_id
    WHERE m.member_id = ?`);

  const rights = $client.prepare<{ memberId: string; ownAgeLimit: Day }, RightsHolder>(`
    WITH family AS (
      SELECT @memberId AS member_id
      UNION SELECT member_id FROM amo_rights WHERE holder_id = @memberId AND ended = 0)
    SELECT ${named}, ${hidden}, r.scheme, r.fund, r.centre, r.fund_name AS fundName, r.quality, r.rank,
      ${onlyShown([
        "r.rights_from END AS rightsFrom",
        "r.rights_to END AS rightsTo",
        "r.treating_doctor END AS treatingDoctor",
        "r.exemption_code END AS exemptionCode",
        "r.exemption_from END AS exemptionFrom",
        "r.exemption_to END AS exemptionTo",
      ]).join(", ")}
    FROM family f
      JOIN members m ON m.member_id = f.member_id AND m.ended = 0 AND m.deceased = 0
      JOIN amo_rights r ON r.member_id = m.member_id AND r.ended = 0
    ORDER BY isSelf DESC, r.rank, m.member_id`);

  const contracts = $client.prepare<{ memberId: string; ownAgeLimit: Day }, ContractRow>(`
    WITH visible AS (
      SELECT contract_id FROM contracts WHERE subscriber_id = @memberId
      UNION SELECT contract_id FROM beneficiaries WHERE member_id = @memberId AND ended = 0)
    SELECT c.contract_id AS contractId, c.product_name AS productName, c.responsible, c.starts_on AS startsOn,
      c.ends_on AS endsOn, c.status, c.amc_number AS amcNumber, c.subscriber_id = @memberId AS isOwn,
      ${nameOf("s")} AS subscriber, ${named}, ${hidden}, b.link, b.starts_on AS insuredFrom, b.ends_on AS insuredTo,
      ${onlyShown(["b.noemie_status END AS noemieStatus", "b.noemie_code END AS noemieCode"]).join(", ")}
    FROM visible v
      JOIN contracts c ON c.contract_id = v.contract_id AND c.ended = 0
      JOIN members s ON s.member_id = c.subscriber_id
      LEFT JOIN beneficiaries b ON b.contract_id = c.contract_id AND b.ended = 0
        AND (c.subscriber_id = @memberId OR b.member_id = @memberId)
      LEFT JOIN members m ON m.member_id = b.member_id AND m.ended = 0 AND m.deceased = 0
    ORDER BY c.starts_on DESC, c.contract_id DESC, isSelf DESC, m.birth_date, m.member_id`);

  const guarantees = $client.prepare<[string], Guarantee>(`
    SELECT label, level_pct_br AS levelPctBr, allowance_cents AS allowanceCents, allowance_period AS allowancePeriod,
      third_party AS thirdParty
    FROM guarantees WHERE contract_id = ? AND ended = 0 ORDER BY position, item`);

  return {
    owner: (memberId: string): Owner | undefined => owner.get(memberId),
    /** The member first, when they have rights, then those insured through them, by rank. */
    rights: (memberId: string, today: Day): RightsHolder[] => rights.all({ memberId, ownAgeLimit: ownAgeLimit(today) }),
    /** The member's contracts and those of others that cover the member, the latest first. */
    contracts(memberId: string, today: Day): Contract[] {
      const found = new Map<string, Contract>();
      for (const row of contracts.all({ memberId, ownAgeLimit: ownAgeLimit(today) })) {
        const contract = found.get(row.contractId) ?? { ...row, insured: [] };
        found.set(row.contractId, contract);
        if (row.memberId === null) continue;
        contract.insured.push({ ...row, startsOn: row.insuredFrom, endsOn: row.insuredTo } as Insured);
      }
      return [...found.values()];
    },
    /** What one of these contracts pays, item by item. */
    guarantees: (contractId: string): Guarantee[] => guarantees.all(contractId),
  };
}

export type DocumentQueries = ReturnType<typeof createDocumentQueries>;
