import * as z from "zod";
import { topics } from "../../domain/threads.ts";
import { replySchema } from "../../features/contact/schema.ts";
import { hideNumbers } from "../../lib/hidden-numbers.ts";
import { key } from "../../web/forms.ts";
import { listSchema, seen } from "../queue/schema.ts";

/** What the list may be narrowed to: one topic, or what says that data are wrong. */
export const aboutWords = ["all", "errors", ...topics] as const;

export const threadListSchema = listSchema.extend({
  about: z.enum(aboutWords, key("notAChoice")).default("all"),
});
export type ThreadListQuery = z.output<typeof threadListSchema>;

export const answerSchema = z.object({
  seen,
  decision: z.enum(["answer", "close"], key("notAChoice")),
  reason: replySchema.shape.message.refine((text) => hideNumbers(text) === text, key("secretNumber")),
});
