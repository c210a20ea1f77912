import { eq, or } from "drizzle-orm";
import { fail, ok, type Result } from "../lib/result.ts";
import { write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { members } from "../platform/schema.ts";
import { deleteAccount, deleteWithReceipt } from "./account-deletion.ts";
import { type AccountHolder, findAccount } from "./accounts.ts";
import { freezeAccount } from "./freezing.ts";
import { invite } from "./invitations.ts";
import { letterTo } from "./letter.ts";
import { queueMail } from "./outbox.ts";

/** Who of the mutual acts (an e-mail) and why, for the journal alone; the command line names nobody. */
export type Acting = { staff?: string; reason?: string };

type ActDeps = Pick<Deps, "db" | "clock" | "seal" | "config">;

/** The person behind a member or affiliate number, as typed by somebody of the mutual. */
export function findMemberByNumber({ db }: Pick<Deps, "db">, number: string) {
  const { memberId, memberNumber, affiliateNumber, email, deceased, ended } = members;
  return db
    .select({ memberId, email, deceased, ended })
    .from(members)
    .where(or(eq(memberNumber, number), eq(affiliateNumber, number)))
    .get();
}

/** Blocks an account that its owner could not block, once somebody of the mutual is sure of who asks. */
export function freezeByStaff(
  deps: ActDeps,
  number: string,
  acting: Acting = {},
): Result<{ caseId: number }, "unknown" | "noAccount" | "notActive"> {
  return write(deps.db, () => {
    const person = findMemberByNumber(deps, number);
    if (!person) return fail("unknown");
    if (!findAccount(deps, person.memberId)) return fail("noAccount");
    const caseId = freezeAccount(deps, person.memberId, { actor: "staff", by: "staff", details: acting });
    return caseId === undefined ? fail("notActive") : ok({ caseId });
  });
}

/**
 * Charter article 4: an account whose credentials are lost is deleted and replaced. The new one begins with an
 * invitation of 15 days to the address on file; of the old one only the evidence stays.
 */
export function replaceAccount(
  deps: ActDeps,
  number: string,
  acting: Acting = {},
): Result<undefined, "unknown" | "noAccount" | "noEmail" | "gone"> {
  return write(deps.db, () => {
    const person = findMemberByNumber(deps, number);
    if (!person) return fail("unknown");
    const account = findAccount(deps, person.memberId);
    if (!account) return fail("noAccount");
    if (person.email === null) return fail("noEmail");
    if (person.deceased === 1 || person.ended === 1) return fail("gone");
    const by = "lost credentials";
    deleteAccount(deps, account, { kind: "account.replaced", actor: "staff", by, details: acting });
    const { staff } = acting;
    if (!invite(deps, person.memberId, staff ? "staff" : "operator", staff ? { staff } : {}))
      throw new Error("no invitation for an account just deleted");
    return ok(undefined);
  });
}

/** How a request to delete an account reached the mutual, charter article 9. `received` is YYYY-MM-DD. */
export type DeletionRequest = { channel: "post" | "e-mail"; received: string; scan: string | undefined };

/** Deletes an account whose owner asked for it by post or e-mail: the same as from the account itself. */
export function deleteOnRequest(
  deps: ActDeps,
  number: string,
  { channel, received, scan }: DeletionRequest,
): Result<undefined, "unknown" | "noAccount"> {
  return write(deps.db, () => {
    const person = findMemberByNumber(deps, number);
    if (!person) return fail("unknown");
    const account = findAccount(deps, person.memberId);
    if (!account) return fail("noAccount");
    const by = `${channel}, received ${received}${scan === undefined ? "" : `, scan ${scan}`}`;
    deleteWithReceipt(deps, account, { actor: "staff", by });
    return ok(undefined);
  });
}

/** Charter article 1: a wrong or fraudulent registration is null. Whoever opened it is told why. */
export function annulAccount(
  deps: ActDeps,
  number: string,
  reason: string,
  acting: Pick<Acting, "staff"> = {},
): Result<undefined, "unknown" | "noAccount"> {
  return write(deps.db, () => {
    const person = findMemberByNumber(deps, number);
    if (!person) return fail("unknown");
    const account = findAccount(deps, person.memberId);
    if (!account) return fail("noAccount");
    deleteAccount(deps, account, { kind: "account.annulled", actor: "staff", by: reason, details: acting });
    const { memberId, email, language } = account;
    const body = annulledMail(deps, account, reason);
    queueMail(deps, { kind: "account.annulled", memberId, to: email, language, body, urgent: true });
    return ok(undefined);
  });
}

function annulledMail({ config }: Pick<Deps, "config">, holder: AccountHolder, reason: string) {
  const { t, words: usual, compose } = letterTo(config, holder);
  const words = { ...usual, reason };
  return compose({
    subject: t("help:annulledMail.subject", words),
    paragraphs: [
      t("help:mail.hello", words),
      t("help:annulledMail.text", words),
      t("help:annulledMail.reason", words),
      t("help:annulledMail.next"),
      t("help:annulledMail.question", words),
    ],
    stop: "security",
  });
}
