import * as z from "zod";
import { key } from "../../web/forms.ts";

const number = z
  .string()
  .regex(/^\d{1,15}$/, key("notAChoice"))
  .transform(Number);

/** Which message to queue again, or all of a queue. */
export const retrySchema = z.object({
  mail: number.optional(),
  text: number.optional(),
  all: z.enum(["mails", "texts"], key("notAChoice")).optional(),
});

/** Of those given up: the moment and number of the last one shown. */
const cursor = z
  .string()
  .regex(/^\d{1,15}\.\d{1,15}$/, key("notAChoice"))
  .transform((text) => {
    const [at, id] = text.split(".").map(Number) as [number, number];
    return { at, id };
  });

export const mailQuerySchema = z.object({
  mails: cursor.optional(),
  texts: cursor.optional(),
  retried: number.optional(),
});
