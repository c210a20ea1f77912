import * as z from "zod";
import { bankUsages } from "../../domain/changes.ts";
import { currentPasswordField, emailField } from "../../domain/form-fields.ts";
import { key } from "../../web/forms.ts";

// What a line may hold is judged with the others, once in the form the post wants.
const line = z.string().max(200, key("addressLong")).optional();

export const addressSchema = z.object({
  line1: line,
  line2: line,
  line3: line,
  line4: line,
  line5: line,
  line6: line,
  country: z.string().max(20, key("notAChoice")).optional(),
});

export const contactSchema = z.object({
  email: emailField,
  mobile: z.string().trim().max(40, key("tooLong")).optional(),
  password: currentPasswordField,
});

export const bankSchema = z.object({
  usage: z.enum(bankUsages, key("notAChoice")),
  iban: z.string().trim().min(1, key("required")).max(100, key("tooLong")),
  bic: z.string().trim().max(40, key("tooLong")).optional(),
  holder: z.string().trim().min(1, key("required")).max(70, key("tooLong")),
  password: currentPasswordField,
});

export const codeSchema = z.object({
  code: z.string().trim().min(1, key("required")).max(40, key("tooLong")),
});

export type AddressField = keyof typeof addressSchema.shape;
export type ContactField = keyof typeof contactSchema.shape;
export type BankField = keyof typeof bankSchema.shape;
