import { findAccountHolder } from "../../domain/accounts.ts";
import { settleBounce } from "../../domain/bounces.ts";
import { queueMail } from "../../domain/outbox.ts";
import { ok, type Result } from "../../lib/result.ts";
import { write } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";
import { settledMail } from "./mails.ts";
import { findBounce } from "./queries.ts";

type BounceDeps = Pick<Deps, "db" | "clock" | "seal" | "config">;

/**
 * Settles what came back from an address: mails go there again, and the first of them says so to its owner, when it is
 * that of an account.
 * @returns whether that mail was queued; `settled` when somebody was faster.
 */
export function decideBounce(
  deps: BounceDeps,
  { bounceId, staff, note }: { bounceId: number; staff: string; note: string },
): Result<{ told: boolean }, "unknown" | "settled"> {
  return write(deps.db, () => {
    const settled = settleBounce(deps, { bounceId, staff, note });
    if (!settled.ok) return settled;
    const { memberId, recipient } = findBounce(deps.db, bounceId)!;
    const holder = memberId === null ? undefined : findAccountHolder(deps, memberId);
    if (holder?.email !== recipient) return ok({ told: false });
    const { language } = holder;
    const body = settledMail(deps.config, holder);
    queueMail(deps, { kind: "bounce.settled", memberId: holder.memberId, to: recipient, language, body });
    return ok({ told: true });
  });
}
