import * as z from "zod";
import { key } from "../../web/forms.ts";

const box = z.string().max(20, key("tooLong")).optional();

/** Whom a form is about, and the day of the accident. */
export const filledSchema = z.object({
  bearer: z.string().max(100).optional(),
  accidentDay: box,
  accidentMonth: box,
  accidentYear: box,
});
