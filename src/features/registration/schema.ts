import * as z from "zod";
import { openingFields } from "../../domain/account-form.ts";
import { dayBox } from "../../domain/day-boxes.ts";
import { emailField, identifierField } from "../../domain/form-fields.ts";
import { key } from "../../web/forms.ts";
import { isIdentifier } from "./rules.ts";

export const registrationSchema = z.object({
  identifier: identifierField.refine(isIdentifier, key("identifier")),
  birthDay: dayBox,
  birthMonth: dayBox,
  birthYear: dayBox,
  email: emailField,
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
