import * as z from "zod";
import { dayBox } from "../../domain/day-boxes.ts";
import { longestMaintenanceMessage, maintenanceModes } from "../../domain/maintenance.ts";
import { key } from "../../web/forms.ts";

/** One sentence for members: line ends are spaces. */
const sentence = z
  .string()
  .default("")
  .transform((text) => text.replace(/[\p{Cc}\s]+/gu, " ").trim())
  .pipe(z.string().max(longestMaintenanceMessage, key("tooLong")));

export const maintenanceSchema = z.object({
  mode: z.enum(maintenanceModes, key("notAChoice")),
  untilDay: dayBox,
  untilMonth: dayBox,
  untilYear: dayBox,
  untilTime: z.string().trim().max(20, key("tooLong")).default(""),
  message: sentence,
  confirm: z.literal("on", key("confirmAct")),
  /** Which state stood on the page. */
  seen: z
    .string()
    .regex(/^\d{1,15}$/, key("notAChoice"))
    .transform(Number),
});

export const doneSchema = z.object({ done: z.string().optional() });
