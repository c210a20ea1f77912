import { keepDelivery } from "../../domain/text-delivery.ts";
import { isStop, stopByText } from "../../domain/text-stop.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Inbound } from "./schema.ts";

type InboundDeps = Pick<Deps, "db" | "clock" | "seal" | "log">;

/** Does what the gateway tells: who is unknown here, or says anything but STOP, changes nothing. */
export function takeInbound(deps: InboundDeps, inbound: Inbound): void {
  if ("id" in inbound) {
    const { id, status, at } = inbound;
    if (status) keepDelivery(deps, { messageId: id, delivery: status, at });
    return;
  }
  const { from, text, at } = inbound;
  if (from === undefined || !isStop(text)) return;
  const stopped = stopByText(deps, { mobile: from, sentAt: at });
  deps.log.info({ stopped }, "a STOP came back by text message");
}
