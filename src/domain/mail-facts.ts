import type { Deps } from "../platform/deps.ts";
import { record } from "./evidence.ts";
import { recipientHash } from "./mail-proof.ts";

/** What became of a mail; moments in seconds. `contentSha256` is empty for a content that no key opens. */
export type MailEnd = {
  state: "sent" | "dead";
  messageId: string;
  kind: string;
  memberId: string | null;
  recipient: string;
  attempts: number;
  queuedAt: number;
  settledAt: number;
  answer: string;
  contentSha256: string;
};

/** Writes what became of a mail, in the transaction that settles it: what the mail kept is compared with later. */
export function recordMail(deps: Pick<Deps, "db" | "clock" | "seal">, mail: MailEnd): void {
  const { state, memberId, messageId, kind, recipient, attempts, queuedAt, settledAt, answer, contentSha256 } = mail;
  record(deps, {
    kind: state === "sent" ? "mail.sent" : "mail.dead",
    memberId: memberId ?? undefined,
    actor: "system",
    details: {
      messageId,
      mail: kind,
      attempts,
      queuedAt,
      settledAt,
      answer,
      contentSha256,
      recipientHash: recipientHash(deps.seal, recipient),
    },
  });
}
