import * as z from "zod";
import { dayBox } from "../../domain/day-boxes.ts";

/** Whom a form is about, and the day of the accident. */
export const filledSchema = z.object({
  bearer: z.string().max(100).optional(),
  accidentDay: dayBox,
  accidentMonth: dayBox,
  accidentYear: dayBox,
});
