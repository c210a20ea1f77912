import { eq } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import { write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { accounts } from "../platform/schema.ts";
import { endSessions } from "../platform/sessions.ts";
import { type AccountHolder, findAccountHolder, findRecoverable } from "./accounts.ts";
import { withdrawAlerts } from "./alert-stopping.ts";
import { findOpenCase, openCase } from "./cases.ts";
import { endChallenges } from "./challenges.ts";
import { undoUnsent } from "./change-undoing.ts";
import { endDevices } from "./devices.ts";
import { type Fact, record } from "./evidence.ts";
import { letterTo } from "./letter.ts";
import type { MailBody } from "./mail-layout.ts";
import { issueLink, linkPurposes, revokeLinks } from "./one-time-links.ts";
import { queueMail } from "./outbox.ts";

/** How long a link that blocks the account lives: asked for on the help page, or in the mail that tells a change. */
export const freezeLinkSeconds = { asked: 48 * 3600, afterChange: 72 * 3600 };

type FreezeDeps = Pick<Deps, "db" | "clock" | "seal" | "config">;

/** A link for a mail to the owner: one button there blocks the account. @returns its moment of expiry in seconds. */
export function freezeLink(
  deps: Pick<Deps, "db" | "clock" | "config">,
  memberId: string,
  lifeSeconds: number,
): { url: string; expiresAt: number } {
  const { token, expiresAt } = issueLink(deps, "freeze", memberId, lifeSeconds);
  return { url: `${deps.config.origin}/help/credentials/freeze/${token}`, expiresAt };
}

type Freeze = {
  actor: Fact["actor"];
  /** How it came about, for the journal. */
  by: "session" | "link" | "staff" | "feed";
  /** What else the journal keeps of it: who of the mutual it was. */
  details?: Record<string, string>;
  about?: "lost" | "identity_check";
  /** What a new case holds; without it, a case of the member that is already open goes on. */
  content?: object;
};

/**
 * Blocks the account of a member, usable or waiting for a legal representative, in one transaction: every session, device, challenge and link of its mails
 * ends, nobody signs in any more, what was asked of the back office and has not left is undone, its owner is told, and
 * a case waits for somebody of the mutual.
 * @returns the number of the case, or undefined when there is no such account.
 */
export function freezeAccount(
  deps: FreezeDeps,
  memberId: string,
  { actor, by, details, about = "lost", content }: Freeze,
): number | undefined {
  const { db } = deps;
  return write(db, () => {
    if (!findRecoverable(deps, memberId)) return undefined;
    const sent = undoUnsent(deps, memberId, "blocked");
    // The address it had before, when a new one is among what was undone.
    const holder = findRecoverable(deps, memberId)!;
    const { accountId, email, language } = holder;
    db.update(accounts).set({ status: "frozen" }).where(eq(accounts.id, accountId)).run();
    withdrawAlerts(deps, memberId);
    endSessions(db, accountId);
    endDevices(deps, accountId);
    endChallenges(deps, accountId);
    for (const purpose of linkPurposes) revokeLinks(deps, purpose, memberId);
    record(deps, { kind: "account.frozen", memberId, actor, details: { by, ...details } });
    const known = content ? undefined : findOpenCase(deps, about, memberId);
    const told = { ...(content ?? { by }), ...(sent.length > 0 && { changesSent: sent }) };
    const caseId = known ?? openCase(deps, { kind: about, memberId, actor, content: told });
    const body = frozenMail(deps, holder, about, caseId);
    queueMail(deps, { kind: "account.frozen", memberId, to: email, language, body, urgent: true });
    return caseId;
  });
}

/** What of a person's identity a feed has changed. */
export type IdentityChange = "birth date" | "social security number";

/**
 * Charter article 1: inexact information ends a registration. When the back office brings another birth date or
 * number for somebody whose account is open, it is blocked until somebody of the mutual has looked.
 * @returns false when there is no active account.
 */
export function reviewIdentity(deps: FreezeDeps, memberId: string, changed: IdentityChange[]): boolean {
  if (!findAccountHolder(deps, memberId)) return false;
  const content = { changed };
  return freezeAccount(deps, memberId, { actor: "import", by: "feed", about: "identity_check", content }) !== undefined;
}

function frozenMail(
  { config, clock }: Pick<Deps, "config" | "clock">,
  holder: AccountHolder,
  about: "lost" | "identity_check",
  number: number,
): MailBody {
  const { t, words: usual, moment, compose } = letterTo(config, holder);
  const words = { ...usual, moment: moment(seconds(clock)), number };
  const paragraphs =
    about === "lost"
      ? [t("help:frozenMail.lost", words), t("help:frozenMail.ended"), t("help:frozenMail.replaced")]
      : [t("help:frozenMail.identity", words), t("help:frozenMail.ended"), t("help:frozenMail.checked")];
  return compose({
    subject: t("help:frozenMail.subject", words),
    paragraphs: [t("help:mail.hello", words), ...paragraphs, t("help:frozenMail.question", words)],
    stop: "security",
  });
}
