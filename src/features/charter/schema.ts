import * as z from "zod";
import { key } from "../../web/forms.ts";

/** What a contest may say, in characters. */
export const longestMessage = 5_000;

const version = z
  .string()
  .regex(/^[1-9]\d{0,5}$/, key("notAChoice"))
  .transform(Number)
  .optional();

export const contestSchema = z.object({
  version,
  message: z
    .string()
    // Browsers send two characters for each end of a line.
    .transform((text) => text.replace(/\r\n?/g, "\n").trim())
    .pipe(z.string().min(1, key("required")).max(longestMessage, key("tooLong"))),
});

/** Of the page: the version to contest. */
export const contestQuerySchema = z.object({ version });

export const seenSchema = z.object({ version, next: z.string().optional() });
