import * as z from "zod";
import { postedAt } from "../../domain/signed-posts.ts";

/** A mail that came back, as a mail service posts it. */
export const bounceSchema = z.object({
  kind: z.enum(["hard", "soft"]),
  recipient: z.string().max(254),
  /** That of the mail, with or without its domain and angle brackets. */
  messageId: z.string().max(300).optional(),
  /** The enhanced status of RFC 3463. */
  status: z
    .string()
    .regex(/^[245]\.\d{1,3}\.\d{1,3}$/)
    .optional(),
  reason: z.string().max(2_000).default(""),
  at: postedAt,
});
