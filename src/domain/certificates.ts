import { seconds } from "../lib/clock.ts";
import { type Day, parisDay } from "../lib/dates.ts";
import { type Db, perBase, write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { hashToken } from "../platform/tokens.ts";
import { codeOf, lettersOf } from "./certificate-code.ts";
import { record } from "./evidence.ts";

/** What is issued anew each day it is asked for. */
export type CertificateKind = "rights" | "mutual" | "card";
/** What a code may stand for: these, and the provisional certificate of the European card. */
export type CheckedKind = CertificateKind | "ehic";

/** What a check of the code shows of each person, and what is looked at again then. Sealed in the base. */
export type CertificateFacts = {
  people: { memberId: string; initials: string; birthYear: string | undefined }[];
  /** The contract it tells of, for what the mutual covers. */
  contractId?: string;
};

export type Draft = CertificateFacts & {
  kind: CertificateKind;
  memberId: string;
  accountId: string;
  /** The last day it counts. It counts from the day it is issued. */
  validTo: Day;
  /** All that it says: another word is another certificate. */
  content: string;
};

export type Issued = { number: string; code: string; issuedOn: Day; issuedAt: number };

type CertificateDeps = Pick<Deps, "db" | "clock" | "seal">;

export const factsPlace = "certificates.content";

const prefixes: Record<CertificateKind, string> = { rights: "AD", mutual: "AM", card: "TP" };

/**
 * The certificate of this content on this day, issued when it was not yet: the same content has the same number and
 * the same code until midnight in Paris. Looking at one is what issues it, since a link, a print and a download must
 * show the same one: it is kept and told to the journal once, as a download is, and whoever asks again changes nothing.
 * @param mayIssue asked before a new one is kept: the seconds to wait, or 0.
 */
export function issueCertificate(
  deps: CertificateDeps,
  draft: Draft,
  mayIssue: () => number,
): { ok: true; issued: Issued } | { ok: false; waitSeconds: number } {
  const { db, clock, seal } = deps;
  const { kind, memberId, accountId, validTo, content, people, contractId } = draft;
  const now = seconds(clock);
  const issuedOn = parisDay(clock());
  // The account belongs to it: what was issued for one that was annulled does not come back with the next.
  const contentHash = seal.hash("certificates.content", `${accountId}\0${content}`);
  const name = `${memberId}\0${kind}\0${issuedOn}\0${contentHash.toString("hex")}`;
  const code = codeOf(seal.hash("certificates.code", name));
  const key = { memberId, kind, issuedOn, contentHash };
  const known = statements(db).find.get(key);
  if (known) return { ok: true, issued: { ...known, code, issuedOn } };
  const waitSeconds = mayIssue();
  if (waitSeconds > 0) return { ok: false, waitSeconds };
  const letters = lettersOf(seal.hash("certificates.number", name), 10);
  const number = `${prefixes[kind]}-${issuedOn.replaceAll("-", "")}-${letters.slice(0, 5)}-${letters.slice(5)}`;
  return write(db, () => {
    const facts: CertificateFacts = contractId === undefined ? { people } : { people, contractId };
    const { changes } = statements(db).add.run({
      ...key,
      number,
      codeHash: hashToken(code),
      facts: seal.seal(factsPlace, JSON.stringify(facts)),
      now,
      validTo,
    });
    if (changes > 0) {
      const details = { number, certificate: kind, people: people.length };
      record(deps, { kind: "certificate.issued", memberId, actor: "member", details });
    }
    return { ok: true, issued: { ...statements(db).find.get(key)!, code, issuedOn } };
  });
}

/** Keeps the hash of the PDF of a certificate, the first time it is drawn: a file shown later can be compared. */
export function keepPdfHash({ db }: Pick<Deps, "db">, number: string, sha256: string): void {
  write(db, () => statements(db).keepHash.run({ number, sha256 }));
}

/** `A. L.` of `Alice Marie` `LEFÈVRE-ROUSSEL`: what a check of the code shows. */
export function initialsOf({ firstNames, lastName }: { firstNames: string; lastName: string }): string {
  const first = (name: string) => [...name.trim().normalize("NFC")].find((letter) => /\p{L}/u.test(letter)) ?? "?";
  return `${first(firstNames).toLocaleUpperCase("fr")}. ${first(lastName).toLocaleUpperCase("fr")}.`;
}

/** Ends what a person's account issued, in the caller's transaction: it was opened by somebody else. */
export function revokeCertificates({ db, clock }: Pick<Deps, "db" | "clock">, memberId: string): void {
  statements(db).revoke.run({ memberId, now: seconds(clock) });
}

type Key = { memberId: string; kind: CertificateKind; issuedOn: Day; contentHash: Buffer };
type New = Key & { number: string; codeHash: Buffer; facts: Buffer; now: number; validTo: Day };

const statements = perBase(({ $client }: Db) => ({
  find: $client.prepare<Key, { number: string; issuedAt: number }>(
    `SELECT certificate_id AS number, issued_at AS issuedAt FROM certificates
     WHERE member_id = @memberId AND kind = @kind AND issued_on = @issuedOn AND content_hash = @contentHash`,
  ),
  add: $client.prepare<New>(
    `INSERT INTO certificates (certificate_id, member_id, kind, code_hash, content_hash, content_sealed, issued_on,
       issued_at, valid_from, valid_to)
     VALUES (@number, @memberId, @kind, @codeHash, @contentHash, @facts, @issuedOn, @now, @issuedOn, @validTo)
     ON CONFLICT (member_id, kind, issued_on, content_hash) DO NOTHING`,
  ),
  keepHash: $client.prepare<{ number: string; sha256: string }>(
    "UPDATE certificates SET pdf_sha256 = @sha256 WHERE certificate_id = @number AND pdf_sha256 IS NULL",
  ),
  revoke: $client.prepare<{ memberId: string; now: number }>(
    "UPDATE certificates SET revoked_at = @now WHERE member_id = @memberId AND revoked_at IS NULL",
  ),
}));
