import * as z from "zod";
import { currentPasswordField } from "../../domain/form-fields.ts";
import { passwordFault } from "../../domain/password-rules.ts";
import { key } from "../../web/forms.ts";

const codeField = z
  .string()
  // However the digits are grouped: an authenticator shows “123 456”.
  .transform((typed) => typed.normalize("NFKC").replace(/[\s.\p{Pd}]/gu, ""))
  .pipe(z.string().regex(/^\d{6}$/, key("staffCode")));

export const staffLoginSchema = z.object({
  email: z.string().trim().min(1, key("required")).max(254, key("tooLong")),
  password: currentPasswordField,
  code: codeField,
  next: z.string().max(2_000).optional().catch(undefined),
});

/** CNIL, 2022: who may read many people's data chooses a longer password than they do. */
const shortest = 12;

export const setUpSchema = z.object({
  password: z.string().superRefine((password, context) => {
    const fault = [...password].length < shortest ? key("passwordShortStaff") : passwordFault(password);
    if (fault) context.addIssue({ code: "custom", message: fault });
  }),
  code: codeField,
});
