import { type Day, parisDay } from "../lib/dates.ts";
import type { Deps } from "../platform/deps.ts";
import { hashToken } from "../platform/tokens.ts";
import { readCode } from "./certificate-code.ts";
import { type CertificateFacts, type CheckedKind, factsPlace } from "./certificates.ts";

/** All that anyone learns from a code: who it is of comes down to initials and a year of birth. */
export type Checked = {
  kind: CheckedKind;
  state: "valid" | "expired" | "revoked";
  validFrom: Day;
  validTo: Day;
  people: { initials: string; birthYear: string | undefined }[];
};

type Row = {
  kind: CheckedKind;
  memberId: string;
  facts: Buffer;
  validFrom: Day;
  validTo: Day;
  revokedAt: number | null;
};
type Asked = { memberId: string; people: string; contractId: string; today: Day; validTo: Day };
type Standing = { withRights: number; covered: number };

/**
 * Looks certificates up by their code. A code of nobody costs the same statements and the same opening of a seal as a
 * known one: the time taken tells nothing.
 */
export function createCertificateCheck({ db, clock, seal }: Pick<Deps, "db" | "clock" | "seal">) {
  const find = db.$client.prepare<[Buffer], Row>(
    `SELECT kind, member_id AS memberId, content_sealed AS facts, valid_from AS validFrom, valid_to AS validTo,
       revoked_at AS revokedAt
     FROM certificates WHERE code_hash = ?`,
  );
  // How many of these people still have, today and to the end, what the certificate says of them.
  const standing = db.$client.prepare<Asked, Standing>(`
    WITH named AS (SELECT value AS member_id FROM json_each(@people))
    SELECT
      (SELECT count(*) FROM named n
        CROSS JOIN members m ON m.member_id = n.member_id AND m.ended = 0 AND m.deceased = 0
        CROSS JOIN amo_rights r ON r.member_id = n.member_id AND r.ended = 0
          AND @memberId IN (r.member_id, r.holder_id) AND r.rights_from <= @today AND r.rights_to >= @validTo)
        AS withRights,
      (SELECT count(*) FROM named n
        CROSS JOIN members m ON m.member_id = n.member_id AND m.ended = 0 AND m.deceased = 0
        CROSS JOIN contracts c ON c.contract_id = @contractId AND c.ended = 0 AND c.starts_on <= @today
          AND coalesce(c.ends_on, @validTo) >= @validTo
        CROSS JOIN beneficiaries b ON b.contract_id = c.contract_id AND b.member_id = n.member_id AND b.ended = 0
          AND @memberId IN (b.member_id, c.subscriber_id) AND b.starts_on <= @today
          AND coalesce(b.ends_on, @validTo) >= @validTo
        WHERE c.status = 'actif' OR (c.status = 'resilie' AND coalesce(b.ends_on, c.ends_on) IS NOT NULL))
        AS covered`);
  const nobody: Row = {
    kind: "rights",
    memberId: "",
    facts: seal.seal(factsPlace, JSON.stringify({ people: [] } satisfies CertificateFacts)),
    validFrom: "",
    validTo: "",
    revokedAt: null,
  };

  return {
    /** What a typed code stands for; undefined when it is nobody's. */
    check(typed: string): Checked | undefined {
      const today = parisDay(clock());
      const found = find.get(hashToken(readCode(typed) ?? ""));
      const { kind, memberId, facts, validFrom, validTo, revokedAt } = found ?? nobody;
      const { people, contractId = "" } = JSON.parse(seal.open(factsPlace, facts)) as CertificateFacts;
      const ids = JSON.stringify(people.map((person) => person.memberId));
      const { withRights, covered } = standing.get({ memberId, people: ids, contractId, today, validTo })!;
      if (!found) return undefined;
      const holds = (kind === "rights" || kind === "ehic" ? withRights : covered) === people.length;
      const state =
        revokedAt !== null ? "revoked" : today > validTo ? "expired" : holds ? ("valid" as const) : "revoked";
      const shown = people.map(({ initials, birthYear }) => ({ initials, birthYear }));
      return { kind, state, validFrom, validTo, people: shown };
    },
  };
}
