import { clockTolerance, takeOnce } from "../../domain/signed-posts.ts";
import { keepDelivery } from "../../domain/text-delivery.ts";
import { isStop, stopByText } from "../../domain/text-stop.ts";
import { write } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Inbound } from "./schema.ts";

type InboundDeps = Pick<Deps, "db" | "clock" | "seal" | "log">;

/**
 * Does what the gateway tells, once: who is unknown here, or says anything but STOP, changes nothing.
 * @param digest of the body: the same one sent again undoes nothing of what was chosen meanwhile.
 */
export function takeInbound(deps: InboundDeps, inbound: Inbound, digest: string): void {
  const stopped = write(deps.db, () => (takeOnce(deps, digest) ? take(deps, inbound) : undefined));
  if (stopped !== undefined) deps.log.info({ stopped }, "a STOP came back by text message");
}

/** @returns how many accounts a STOP has stopped; undefined for anything else. */
function take(deps: InboundDeps, inbound: Inbound): number | undefined {
  if ("id" in inbound) {
    const { id, status, at } = inbound;
    if (status) keepDelivery(deps, { messageId: id, delivery: status, at });
    return undefined;
  }
  const { from, text, at } = inbound;
  if (from === undefined || !isStop(text)) return undefined;
  return stopByText(deps, { mobile: from, before: at + clockTolerance });
}
