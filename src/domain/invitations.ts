import { and, eq, isNotNull } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import { write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { accounts, invitations, members } from "../platform/schema.ts";
import { record } from "./evidence.ts";
import { letterTo, type Sender } from "./letter.ts";
import { issueLink } from "./one-time-links.ts";
import { queueMail } from "./outbox.ts";

/** Nobody has chosen a language before the account is opened. */
const language = "fr";

/** Charter article 2: the link lives 15 days, counted as 15 × 24 hours from sending. */
export const invitationSeconds = 15 * 24 * 3600;

type InvitationDeps = Pick<Deps, "db" | "clock" | "seal" | "config">;

/**
 * Invites a new person of the feed, once for ever: however often the feed is replayed, one mail.
 * @returns true when an invitation was queued now.
 */
export function inviteOnce(deps: InvitationDeps, memberId: string): boolean {
  return write(deps.db, () => {
    const known = deps.db.select().from(invitations).where(eq(invitations.memberId, memberId)).get();
    return known ? false : invite(deps, memberId, "import");
  });
}

/**
 * Sends a new invitation; the link of an earlier one dies.
 * @param details what else the journal keeps of it: who of the mutual it was.
 * @returns false when the person is unknown, gone, without e-mail, or has an account already.
 */
export function invite(
  deps: InvitationDeps,
  memberId: string,
  actor: "import" | "operator" | "staff" | "visitor",
  details: Record<string, string> = {},
): boolean {
  const { db, clock, config } = deps;
  return write(db, () => {
    const invitee = findUninvited(deps, memberId);
    if (!invitee?.email) return false;
    const { token, expiresAt } = issueLink(deps, "invitation", memberId, invitationSeconds);
    const now = seconds(clock);
    db.insert(invitations)
      .values({ memberId, firstInvitedAt: now, lastInvitedAt: now })
      .onConflictDoUpdate({ target: invitations.memberId, set: { lastInvitedAt: now, usedAt: null } })
      .run();
    queueMail(deps, {
      kind: "invitation",
      memberId,
      to: invitee.email,
      language,
      body: invitationMail(config, invitee.firstNames, { token, expiresAt }),
      urgent: actor !== "import",
    });
    record(deps, { kind: "invitation.queued", memberId, actor, details: { expiresAt, ...details } });
    return true;
  });
}

/** The person, when living, reachable by e-mail and without an account; one that nobody has confirmed is none yet. */
function findUninvited({ db }: Pick<Deps, "db">, memberId: string) {
  const { firstNames, email } = members;
  const account = db.select().from(accounts).where(eq(accounts.memberId, memberId)).get();
  if (account && account.status !== "unconfirmed") return undefined;
  return db
    .select({ firstNames, email })
    .from(members)
    .where(and(eq(members.memberId, memberId), isNotNull(email), eq(members.deceased, 0), eq(members.ended, 0)))
    .get();
}

function invitationMail(
  sender: Sender,
  firstNames: string,
  { token, expiresAt }: { token: string; expiresAt: number },
) {
  const { t, words, moment, compose } = letterTo(sender, { language, firstNames });
  return compose({
    subject: t("activation:mail.subject", words),
    paragraphs: [t("activation:mail.line1", words), t("activation:mail.line2", words), t("activation:mail.line3")],
    action: { label: t("activation:mail.action"), url: `${sender.origin}/activate/${token}` },
    after: [t("activation:mail.validity", { moment: moment(expiresAt) }), t("activation:mail.lapsed")],
    stop: "security",
  });
}
