import * as z from "zod";
import { postedAt } from "../../domain/signed-posts.ts";
import { parseMobile } from "../../lib/phone.ts";

/** Many gateways leave out the + of an international number. */
const mobile = z
  .string()
  .max(30)
  .transform((text) => parseMobile(text) ?? parseMobile(`+${text.trim()}`));

const outcomes = {
  delivered: "delivered",
  failed: "failed",
  undelivered: "failed",
  rejected: "failed",
  expired: "failed",
} as const;

/** What the gateway says of a message; what is no end of it (`sent`, `queued`…) is undefined. */
const status = z
  .string()
  .max(40)
  .transform((word) => outcomes[word.toLowerCase() as keyof typeof outcomes] as "delivered" | "failed" | undefined);

/** A message that came back, or a report on one that was sent. */
export const inboundSchema = z.union([
  z.object({ from: mobile, text: z.string().max(2_000), at: postedAt }),
  z.object({ id: z.string().min(1).max(100), status, at: postedAt }),
]);
export type Inbound = z.output<typeof inboundSchema>;
