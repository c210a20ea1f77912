import * as z from "zod";
import { openingFields } from "../../domain/account-form.ts";
import { parseEmail } from "../../lib/email.ts";
import { key } from "../../web/forms.ts";
import { isIdentifier } from "./rules.ts";

const box = z.string().max(20, key("tooLong")).optional();

export const registrationSchema = z.object({
  identifier: z
    .string()
    .trim()
    .min(1, key("required"))
    .max(100, key("tooLong"))
    .refine(isIdentifier, key("identifier")),
  birthDay: box,
  birthMonth: box,
  birthYear: box,
  email: z
    .string()
    .trim()
    .min(1, key("required"))
    .max(254, key("tooLong"))
    .refine((text) => parseEmail(text) !== undefined, key("email")),
  ...openingFields,
});

export const otherGuardianSchema = z.object({
  guardianName: openingFields.guardianName,
  guardianEmail: openingFields.guardianEmail,
});

export const guardianSchema = z.object({
  decision: z.enum(["accept", "refuse"], key("notAChoice")),
});

export type RegistrationField = keyof typeof registrationSchema.shape;
