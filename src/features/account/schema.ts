import * as z from "zod";
import { key } from "../../web/forms.ts";

export const pageSchema = z.object({
  /** The number after which the page begins: of a row of the journal, of a case. */
  before: z
    .string()
    .regex(/^\d{1,15}$/, key("notAChoice"))
    .transform(Number)
    .optional(),
});
