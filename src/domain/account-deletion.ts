import { eq } from "drizzle-orm";
import { parisDay } from "../lib/dates.ts";
import type { Deps } from "../platform/deps.ts";
import { accounts } from "../platform/schema.ts";
import { type AccountHolder, tellPaper } from "./accounts.ts";
import { withdrawAlerts } from "./alert-stopping.ts";
import { revokeCertificates } from "./certificates.ts";
import { undoUnsent } from "./change-undoing.ts";
import { deletionReceipt } from "./deletion-receipt.ts";
import { type EvidenceKind, type Fact, record } from "./evidence.ts";
import { linkPurposes, revokeLinks } from "./one-time-links.ts";
import { queueOutbound } from "./outbound.ts";
import { queueMail } from "./outbox.ts";
import { stopMails } from "./stopped-mails.ts";
import { stopTexts } from "./text-outbox.ts";

type Ending = {
  kind: Extract<EvidenceKind, "account.deleted" | "account.annulled" | "account.replaced">;
  actor: Fact["actor"];
  /** Why, for the journal: `member`, `guardian`, `post`, `lost credentials`… */
  by: string;
  /** What else the journal keeps of it: who of the mutual it was. */
  details?: Record<string, string>;
};

/**
 * Ends an account at once, in the caller's transaction: nothing signs in to it any more, no link of its mails works,
 * what is queued for its owner is stopped (a mail that tells of the end is queued after this), statements go by post
 * again and the back office is told once. The person's data stay where the feed keeps them, and the person may
 * register again.
 * @returns true when statements had stopped and go by post again.
 */
export function deleteAccount(
  deps: Pick<Deps, "db" | "clock" | "seal">,
  { accountId, memberId }: { accountId: string; memberId: string },
  { kind, actor, by, details }: Ending,
): boolean {
  const { db, clock } = deps;
  const account = db.select({ status: accounts.status }).from(accounts).where(eq(accounts.id, accountId)).get();
  if (!account) return false;
  record(deps, { kind, memberId, actor, details: { by, ...details } });
  for (const purpose of linkPurposes) revokeLinks(deps, purpose, memberId);
  undoUnsent(deps, memberId, "deletion");
  withdrawAlerts(deps, memberId);
  stopMails(deps, memberId);
  stopTexts(deps, memberId);
  if (kind === "account.annulled") revokeCertificates(deps, memberId);
  // Sessions, devices, second factors, choices and drafts go with it.
  db.delete(accounts).where(eq(accounts.id, accountId)).run();
  // What was never usable changed nothing for the back office.
  if (account.status === "unconfirmed" || account.status === "awaiting_guardian") return false;
  queueOutbound(deps, {
    entity: "suppressions",
    memberId,
    row: { personne_id: memberId, date_suppression: parisDay(clock()) },
  });
  tellPaper(deps, memberId, true);
  return true;
}

/**
 * Deletes an account as its owner may ask for it, in the caller's transaction, and mails the receipt: what is erased,
 * what is kept, why and until when.
 */
export function deleteWithReceipt(
  deps: Pick<Deps, "db" | "clock" | "seal" | "config">,
  holder: AccountHolder,
  ending: Pick<Ending, "actor" | "by">,
): void {
  const { memberId, email, language } = holder;
  const paper = deleteAccount(deps, holder, { kind: "account.deleted", ...ending });
  const body = deletionReceipt(deps, holder, { why: ending.by === "inactivity" ? "inactivity" : "request", paper });
  queueMail(deps, { kind: "account.deleted", memberId, to: email, language, body, urgent: true });
}
