import { seconds } from "../lib/clock.ts";
import { type Day, parisDay } from "../lib/dates.ts";
import { perBase } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import type { PdfModel } from "../platform/pdf.ts";
import { hashToken, newToken } from "../platform/tokens.ts";
import { codeOf, lettersOf } from "./certificate-code.ts";
import { type CertificateFacts, factsPlace } from "./certificates.ts";
import { record } from "./evidence.ts";

/** A certificate that stands in for the European card, as it was issued: `model` is drawn the same for ever. */
export type Provisional = {
  number: string;
  beneficiaryId: string;
  issuedOn: Day;
  /** In seconds. */
  issuedAt: number;
  validTo: Day;
  /** Revoked: it was given up, or the rights it stands on are no longer those it tells. */
  state: "valid" | "expired" | "revoked";
  /** What stood in its boxes: as long as the file says the same, asking again gives this one. */
  boxes: string;
  model: PdfModel;
};

/** What is kept sealed: what a check shows, and the whole document, whatever the file says later. */
type Content = CertificateFacts & { boxes: string; model: KeptModel };
export type KeptModel = Omit<PdfModel, "pageOf">;

export type ProvisionalDraft = {
  /** Who asks, and who it is for. */
  memberId: string;
  beneficiaryId: string;
  validTo: Day;
  facts: CertificateFacts;
  boxes: string;
  /** The document under its number and its code. */
  draw(issued: { number: string; code: string }): KeptModel;
};

type CertificateDeps = Pick<Deps, "db" | "clock" | "seal">;

/**
 * Issues the certificate of a person, in the caller's transaction; `liveCertificates` has said that there is none, or one
 * that says something else than the file by now: whatever is still there is revoked by it.
 * @returns its number.
 */
export function issueProvisional(deps: CertificateDeps, draft: ProvisionalDraft): string {
  const { db, clock, seal } = deps;
  if (!db.$client.inTransaction) throw new Error("a certificate is issued in the transaction that has looked for one");
  const { memberId, beneficiaryId, validTo, facts, boxes } = draft;
  const issuedAt = seconds(clock);
  const issuedOn = parisDay(clock());
  const token = hashToken(newToken());
  const letters = lettersOf(token, 10);
  const number = `CP-${issuedOn.replaceAll("-", "")}-${letters.slice(0, 5)}-${letters.slice(5)}`;
  const code = codeOf(hashToken(newToken()));
  const content: Content = { ...facts, boxes, model: draft.draw({ number, code }) };
  const text = JSON.stringify(content);
  statements(db).giveUp.run({ beneficiaryId, now: issuedAt, today: issuedOn });
  statements(db).add.run({
    number,
    memberId,
    beneficiaryId,
    codeHash: hashToken(code),
    contentHash: seal.hash("certificates.content", text),
    content: seal.seal(factsPlace, text),
    issuedOn,
    issuedAt,
    validTo,
  });
  const details = { number, certificate: "ehic", own: memberId === beneficiaryId };
  record(deps, { kind: "certificate.issued", memberId, actor: "member", details });
  return number;
}

/** The certificate of each of these people that counts today; of one person there is one at most. */
export function liveCertificates(deps: CertificateDeps, beneficiaryIds: string[]): Provisional[] {
  const today = parisDay(deps.clock());
  return statements(deps.db)
    .ofPeople.all({ beneficiaryIds: JSON.stringify(beneficiaryIds), today })
    .map((row) => read(deps, row))
    .filter(({ state }) => state === "valid");
}

/** A certificate by its number, in whatever state; whose it is, is the caller's to look at. */
export function findProvisional(deps: CertificateDeps, number: string): Provisional | undefined {
  const row = statements(deps.db).find.get({ number, today: parisDay(deps.clock()) });
  return row && read(deps, row);
}

type Row = Omit<Provisional, "state" | "boxes" | "model"> & { content: Buffer; revokedAt: number | null; holds: 0 | 1 };

function read({ clock, seal }: CertificateDeps, { content, revokedAt, holds, ...row }: Row): Provisional {
  const { boxes, model } = JSON.parse(seal.open(factsPlace, content)) as Content;
  const isExpired = parisDay(clock()) > row.validTo;
  const state = revokedAt !== null ? "revoked" : isExpired ? "expired" : holds ? "valid" : "revoked";
  return { ...row, state, boxes, model: { ...model, pageOf: (page, pages) => `${page}/${pages}` } };
}

// The rights of today must reach as far as the certificate says.
const columns = `c.certificate_id AS number, c.beneficiary_id AS beneficiaryId, c.issued_on AS issuedOn,
  c.issued_at AS issuedAt, c.valid_to AS validTo, c.content_sealed AS content, c.revoked_at AS revokedAt,
  EXISTS (SELECT 1 FROM amo_rights r JOIN members m ON m.member_id = r.member_id AND m.ended = 0 AND m.deceased = 0
    WHERE r.member_id = c.beneficiary_id AND r.ended = 0 AND c.member_id IN (r.member_id, r.holder_id)
      AND r.rights_from <= @today AND r.rights_to >= c.valid_to) AS holds`;

type New = Omit<Row, "holds" | "revokedAt"> & { memberId: string; codeHash: Buffer; contentHash: Buffer };

const statements = perBase(({ $client }) => ({
  find: $client.prepare<{ number: string; today: Day }, Row>(
    `SELECT ${columns} FROM certificates c WHERE c.certificate_id = @number AND c.kind = 'ehic'`,
  ),
  ofPeople: $client.prepare<{ beneficiaryIds: string; today: Day }, Row>(`
    SELECT ${columns} FROM certificates c
    WHERE c.beneficiary_id IN (SELECT value FROM json_each(@beneficiaryIds)) AND c.valid_to >= @today
      AND c.revoked_at IS NULL
    ORDER BY c.issued_at DESC`),
  giveUp: $client.prepare<{ beneficiaryId: string; now: number; today: Day }>(
    `UPDATE certificates SET revoked_at = @now
     WHERE beneficiary_id = @beneficiaryId AND revoked_at IS NULL AND valid_to >= @today`,
  ),
  add: $client.prepare<New>(`
    INSERT INTO certificates (certificate_id, member_id, kind, code_hash, content_hash, content_sealed, issued_on,
      issued_at, valid_from, valid_to, beneficiary_id)
    VALUES (@number, @memberId, 'ehic', @codeHash, @contentHash, @content, @issuedOn, @issuedAt, @issuedOn, @validTo,
      @beneficiaryId)`),
}));
