import * as z from "zod";
import { key } from "../../web/forms.ts";

export const activitySchema = z.object({
  /** The row of the journal after which the page begins. */
  before: z
    .string()
    .regex(/^\d{1,15}$/, key("notAChoice"))
    .transform(Number)
    .optional(),
});
