import { openCase } from "../../domain/cases.ts";
import { contestNotice } from "../../domain/charter-notices.ts";
import { record } from "../../domain/evidence.ts";
import { queueMail } from "../../domain/outbox.ts";
import { seconds } from "../../lib/clock.ts";
import { ok } from "../../lib/result.ts";
import { write } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Session } from "../../platform/sessions.ts";
import { receiptMail } from "./mails.ts";
import { emailOf } from "./queries.ts";

type Contest = { session: Session; message: string; version: number | undefined };

/**
 * Contests a version in writing: the text goes to the people of the mutual as a case, its author gets a dated receipt.
 * @returns the number of the case; a `NotContestable` says why not.
 */
export function contest(deps: Pick<Deps, "db" | "clock" | "seal" | "config">, { session, message, version }: Contest) {
  const { memberId, accountId, language } = session;
  return write(deps.db, () => {
    const contested = contestNotice(deps, session, version);
    if (!contested.ok) return contested;
    const { number, sha256, notifiedAt } = contested.value;
    const content = { version: number, sha256, notifiedAt, message };
    const caseId = openCase(deps, { kind: "charter_contest", memberId, actor: "member", content });
    record(deps, { kind: "charter.contested", memberId, actor: "member", details: { version: number, case: caseId } });
    const body = receiptMail(deps.config, session, { number, caseId, at: seconds(deps.clock) });
    queueMail(deps, {
      kind: "charter.contested",
      memberId,
      to: emailOf(deps.db, accountId),
      language,
      body,
      urgent: true,
    });
    return ok(caseId);
  });
}
