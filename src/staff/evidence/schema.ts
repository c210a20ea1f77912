import * as z from "zod";
import { dayBox } from "../../domain/day-boxes.ts";
import { isDay } from "../../lib/dates.ts";
import { compactIdentifier } from "../../lib/nir.ts";
import { key } from "../../web/forms.ts";

const kind = z
  .string()
  .regex(/^(?:[a-z-]{1,30}\.[a-z-]{1,30})?$/, key("notAChoice"))
  .default("");

/** Where a page of the journal begins: just after this row, the latest first. */
const cursor = z
  .string()
  .regex(/^\d{1,15}\.\d{1,15}$/, key("notAChoice"))
  .transform((text) => {
    const [at, sequence] = text.split(".").map(Number) as [number, number];
    return { at, sequence };
  })
  .optional();

const day = z.string().refine(isDay, key("notAChoice")).optional();

/** The address of a search among everybody: nobody's number stands in it. */
export const searchQuerySchema = z.object({ kind, from: day, to: day, before: cursor });

export const memberNumber = z
  .string()
  .transform(compactIdentifier)
  .pipe(z.string().max(30, key("tooLong")));

export const searchSchema = z.object({
  number: memberNumber,
  kind,
  fromDay: dayBox,
  fromMonth: dayBox,
  fromYear: dayBox,
  toDay: dayBox,
  toMonth: dayBox,
  toYear: dayBox,
  before: cursor,
});

/** `1042:9f3c0b7a11d2e4f5`, as a verification shows it; nothing when it is left empty. */
export const verifySchema = z.object({
  noted: z
    .string()
    .trim()
    .toLowerCase()
    .regex(/^(?:[1-9]\d{0,14}:[0-9a-f]{16,64})?$/, key("journalEnd"))
    .transform((text) => {
      const [row, hash] = text.split(":");
      return row && hash ? { sequence: Number(row), hash } : undefined;
    }),
});

export const exportSchema = z.object({
  exportNumber: memberNumber.pipe(z.string().min(1, key("required"))),
  format: z.enum(["pdf", "json"], key("notAChoice")),
});
