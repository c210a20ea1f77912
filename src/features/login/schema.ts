import * as z from "zod";
import { currentPasswordField, identifierField } from "../../domain/form-fields.ts";
import { key } from "../../web/forms.ts";

export const loginSchema = z.object({
  identifier: identifierField,
  password: currentPasswordField,
  remember: z.literal("on", key("notAChoice")).optional(),
  next: z.string().max(2_000).optional().catch(undefined),
});
