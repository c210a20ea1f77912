import * as z from "zod";
import { dayBox } from "../../domain/day-boxes.ts";
import { key } from "../../web/forms.ts";

const id = z.string().trim().min(1, key("peopleMissing")).max(64, key("notAChoice"));
const mostPeople = 50;

export const askSchema = z.object({
  beneficiaries: z.union([id.transform((one) => [one]), z.array(id).max(mostPeople)], key("peopleMissing")),
  country: z.string().max(60, key("notAChoice")).optional(),
  departureDay: dayBox,
  departureMonth: dayBox,
  departureYear: dayBox,
  returnDay: dayBox,
  returnMonth: dayBox,
  returnYear: dayBox,
  /** Whose present card is lost or stolen: each has a box of their own. */
  lost: z
    .union([z.string().transform((one) => [one]), z.array(z.string()).max(mostPeople)], key("notAChoice"))
    .default([]),
});

export type AskField = keyof typeof askSchema.shape;

export const issueSchema = z.object({
  beneficiary: id,
  /** The card is lost or stolen. */
  lost: z.literal("on", key("notAChoice")).optional(),
});
