import * as z from "zod";
import { longestMessage, topics } from "../../domain/threads.ts";
import { key } from "../../web/forms.ts";

export const longestSubject = 100;

/** Something that can be read: spaces and invisible signs alone say nothing. */
const readable = /[\p{L}\p{N}\p{P}\p{S}]/u;

const subject = z
  .string()
  .transform((text) => text.replace(/[\p{Cc}\s]+/gu, " ").trim())
  .pipe(z.string().regex(readable, key("required")).max(longestSubject, key("tooLong")));

const message = z
  .string()
  // Browsers send two characters for each end of a line.
  .transform((text) =>
    text
      .replace(/\r\n?/g, "\n")
      .replace(/[^\P{Cc}\n\t]/gu, "")
      .trim(),
  )
  .pipe(z.string().regex(readable, key("required")).max(longestMessage, key("tooLong")));

const topic = z.enum(topics, key("notAChoice"));

export const contactSchema = z.object({
  // Whoever posts without the list has a question of their own.
  topic: topic.default("other"),
  subject,
  message,
  about: z.string().optional(),
});

export const replySchema = z.object({ message });

/** What the address of the form says: what the message is about, and the subject to begin with. */
export const prefillSchema = z.object({ about: z.string().optional(), topic: topic.optional() });

export const threadSchema = z.object({ sent: z.string().optional() });
