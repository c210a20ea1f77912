import * as z from "zod";
import { dayBox } from "../../domain/day-boxes.ts";
import { declarationReasons } from "../../domain/vitale-declarations.ts";
import { key } from "../../web/forms.ts";

/** Browsers send two characters for each end of a line; other controls are nobody's words. */
const clean = (text: string) =>
  text
    .replace(/\r\n?/g, "\n")
    .replace(/[^\P{Cc}\n]/gu, " ")
    .trim();
const line = (longest: number) =>
  z
    .string()
    .transform((text) => clean(text).replace(/\n+/g, " "))
    .pipe(z.string().max(longest, key("tooLong")));

export const longestDescription = 2_000;

export const declareSchema = z.object({
  /** Whose card, when the form was opened for one person. */
  bearer: z.string().max(100, key("notAChoice")).optional(),
  card: z.string().min(1, key("cardMissing")).max(100, key("notAChoice")),
  reason: z.enum(declarationReasons, key("notAChoice")),
  happenedDay: dayBox,
  happenedMonth: dayBox,
  happenedYear: dayBox,
  place: line(120).pipe(z.string().min(1, key("required"))),
  description: z
    .string()
    .transform(clean)
    .pipe(z.string().max(longestDescription, key("tooLong")))
    .optional(),
  professional: line(120).optional(),
  policeReport: line(120).optional(),
  honour: z.literal("on", key("honour")),
});

export type DeclareField = keyof typeof declareSchema.shape;

export const whoseSchema = z.object({ bearer: z.string().max(100).optional() });
