import * as z from "zod";
import { languages } from "../../lib/languages.ts";
import { key } from "../../web/forms.ts";

const tick = z.literal("on", key("notAChoice")).optional();
/** Names, each in a hidden field of its own. */
const names = z.union([z.string(), z.array(z.string()).max(50)], key("notAChoice")).optional();

export const preferencesSchema = z.object({
  newsletterSmeno: tick,
  newsletterMutuelle: tick,
  offers: tick,
  partnerOffers: tick,
  alertEmail: tick,
  alertSms: tick,
  mobile: z.string().trim().max(40, key("tooLong")).optional(),
  language: z.enum(languages, key("notAChoice")).optional(),
  /** What this form is about: nothing else is touched. */
  covers: names,
  /** What was on when the form was drawn: a box left as it was shown asks for nothing. */
  shown: names,
});

export type PreferencesField = keyof typeof preferencesSchema.shape;
