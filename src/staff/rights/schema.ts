import * as z from "zod";
import { dayBox } from "../../domain/day-boxes.ts";
import { type Choice, choices } from "../../domain/preferences.ts";
import { rightChannels, rightKinds, rightOutcomes } from "../../domain/rights-requests.ts";
import { isDay } from "../../lib/dates.ts";
import { hideNumbers } from "../../lib/hidden-numbers.ts";
import { key } from "../../web/forms.ts";
import { optionalReason, reason } from "../queue/schema.ts";

const line = (most: number) =>
  z
    .string()
    .transform((text) => text.replace(/[\p{Cc}\s]+/gu, " ").trim())
    .pipe(
      z
        .string()
        .min(1, key("required"))
        .max(most, key("tooLong"))
        .refine((text) => hideNumbers(text) === text, key("secretNumber")),
    );

const tick = z.string().optional();
const stops = Object.fromEntries(choices.map((choice) => [choice, tick])) as Record<Choice, typeof tick>;

export const rightSchema = z.object({
  number: line(30),
  kind: z.enum(rightKinds, key("notAChoice")),
  channel: z.enum(rightChannels, key("notAChoice")),
  receivedDay: dayBox,
  receivedMonth: dayBox,
  receivedYear: dayBox,
  reference: line(100),
  note: optionalReason,
  ...stops,
});

export const settleSchema = z.object({ outcome: z.enum(rightOutcomes, key("notAChoice")), result: reason });

const done = ["recorded", "recordedUntold", "settled", "settledUntold"] as const;
export type RightNews = (typeof done)[number];

export const rightsListSchema = z.object({
  state: z.enum(["open", "closed"], key("notAChoice")).default("open"),
  /** Of those that wait: the day and number of the last one shown. */
  after: z
    .string()
    .regex(/^\d{4}-\d{2}-\d{2}\.\d{1,15}$/, key("notAChoice"))
    .refine((text) => isDay(text.slice(0, 10)), key("notAChoice"))
    .transform((text) => ({ dueOn: text.slice(0, 10), requestId: Number(text.slice(11)) }))
    .optional(),
  /** Of those that are over: the number of the last one shown. */
  before: z
    .string()
    .regex(/^\d{1,15}$/, key("notAChoice"))
    .transform(Number)
    .optional(),
});

export const rightNewsSchema = z.object({ done: z.enum(done, key("notAChoice")).optional() });
