import type { Deps } from "../platform/deps.ts";
import type { AccountHolder } from "./accounts.ts";
import { letterTo } from "./letter.ts";
import { queueMail } from "./outbox.ts";
import { countUse, ownersMailbox } from "./throttle.ts";

/**
 * Tells the owner of a blocked account, who asked for a new password, that it would not open it; in the caller's
 * transaction. Five mails an hour at most.
 */
export function tellBlocked(deps: Pick<Deps, "db" | "clock" | "seal" | "config">, owner: AccountHolder): void {
  const { memberId, email, language } = owner;
  if (countUse(deps, "mailbox", ownersMailbox(memberId)) > 0) return;
  const { t, words, compose } = letterTo(deps.config, owner);
  const { phone } = deps.config.organisation;
  const body = compose({
    subject: t("help:frozenMail.subject", words),
    paragraphs: [t("help:blockedMail.text", words), t("help:blockedMail.next", { phone })],
    stop: "security",
  });
  queueMail(deps, { kind: "account.frozen", memberId, to: email, language, body, urgent: true });
}
