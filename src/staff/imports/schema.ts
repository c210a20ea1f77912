import * as z from "zod";
import { key } from "../../web/forms.ts";

/** Where a part of a report begins, in bytes. */
export const rejectsSchema = z.object({
  from: z
    .string()
    .regex(/^\d{1,12}$/, key("notAChoice"))
    .transform(Number)
    .default(0),
});
