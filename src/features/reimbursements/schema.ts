import * as z from "zod";
import { isDay } from "../../lib/dates.ts";
import { key } from "../../web/forms.ts";

/** An ISO day, or the French way of writing it, which a plain text box may receive. */
const day = z
  .string()
  .trim()
  .transform((text) =>
    text.replace(
      /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$/,
      (_, d, m, y) => `${y}-${m.padStart(2, "0")}-${d.padStart(2, "0")}`,
    ),
  )
  .refine((text) => text === "" || isDay(text), key("notADay"))
  .transform((text) => text || undefined)
  .optional();

const text = (longest: number) =>
  z
    .string()
    .trim()
    .max(longest, key("tooLong"))
    .transform((value) => value || undefined)
    .optional();

export const filtersSchema = z
  .object({
    from: day,
    to: day,
    beneficiary: text(64),
    payer: z
      .enum(["amo", "amc", ""], key("notAChoice"))
      .transform((value) => value || undefined)
      .optional(),
    q: text(100),
    before: z.string().max(300).optional(),
    after: z.string().max(300).optional(),
  })
  .refine(({ from, to }) => !from || !to || from <= to, { path: ["to"], message: key("periodReversed") });

export type Filters = Pick<z.output<typeof filtersSchema>, "from" | "to" | "beneficiary" | "payer" | "q">;
export const filterNames = ["from", "to", "beneficiary", "payer", "q"] as const;
