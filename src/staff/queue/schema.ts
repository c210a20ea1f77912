import * as z from "zod";
import { hideNumbers } from "../../lib/hidden-numbers.ts";
import { key } from "../../web/forms.ts";

/** Where a page of a queue begins: just after this row, in the order of the list. */
export type Cursor = { at: number; id: string };

const cursor = z
  .string()
  .regex(/^\d{1,15}\.[^\s\p{Cc}]{1,64}$/u, key("notAChoice"))
  .transform((text): Cursor => {
    const dot = text.indexOf(".");
    return { at: Number(text.slice(0, dot)), id: text.slice(dot + 1) };
  });

/** The address of one page of a queue: what waits, the oldest first, or what was decided, the latest first. */
export const listSchema = z.object({
  state: z.enum(["open", "closed"], key("notAChoice")).default("open"),
  after: cursor.optional(),
  /** What has just been decided on the page before: whether the person was told by mail. */
  done: z.enum(["told", "untold"], key("notAChoice")).optional(),
});
export type ListQuery = z.output<typeof listSchema>;

export const rowsShown = 50;
export const longestReason = 1_000;
const readable = /[\p{L}\p{N}]/u;

const cleaned = (text: string) =>
  text
    .replace(/\r\n?/g, "\n")
    .replace(/[^\P{Cc}\n]/gu, " ")
    .trim();

/** What is said of a decision: a few lines, which the person reads and which hold no number that is secret. */
export const optionalReason = z
  .string()
  .default("")
  // Signs that nobody sees say nothing.
  .transform((text) => (readable.test(text) ? cleaned(text) : ""))
  .pipe(
    z
      .string()
      .max(longestReason, key("tooLong"))
      .refine((text) => hideNumbers(text) === text, key("secretNumber")),
  );

export const reason = optionalReason.pipe(z.string().regex(readable, key("required")));

/** How often something was decided before the form was shown, or the number of the last message in it. */
export const seen = z
  .string()
  .regex(/^\d{1,15}$/, key("notAChoice"))
  .transform(Number);
