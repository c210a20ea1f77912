import * as z from "zod";
import { isMailAddress } from "../../platform/mailer-message.ts";
import { key } from "../../web/forms.ts";

export const reportSchema = z.object({
  kind: z.enum(["lost", "phishing"], key("notAChoice")),
  identifier: z.string().trim().max(100, key("tooLong")).optional(),
  email: z.string().trim().min(1, key("required")).max(254, key("tooLong")).refine(isMailAddress, key("email")),
  message: z.string().trim().min(1, key("required")).max(5_000, key("tooLong")),
});

/** The number of a case, in the address of the page that confirms it. */
const caseNumber = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .transform(Number)
  .optional();

export const shownSchema = z.object({
  sent: z.string().optional(),
  frozen: caseNumber,
  audit: caseNumber,
  /** Ours, for the number beside it. */
  mark: z.string().optional(),
});
