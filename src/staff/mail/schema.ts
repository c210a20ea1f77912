import * as z from "zod";
import { key } from "../../web/forms.ts";

const number = z.string().regex(/^\d{1,15}$/, key("notAChoice"));

/** Which mail to queue again, or all of them. */
export const retrySchema = z.object({
  mail: number.transform(Number).optional(),
  all: z.literal("on", key("notAChoice")).optional(),
});

export const mailQuerySchema = z.object({
  /** Of those given up: the moment and number of the last one shown. */
  after: z
    .string()
    .regex(/^\d{1,15}\.\d{1,15}$/, key("notAChoice"))
    .transform((text) => {
      const [at, mailId] = text.split(".").map(Number) as [number, number];
      return { at, mailId };
    })
    .optional(),
  retried: number.transform(Number).optional(),
});
