import * as z from "zod";
import { currentPasswordField } from "../../domain/form-fields.ts";
import { key } from "../../web/forms.ts";

export const deleteSchema = z.object({
  password: currentPasswordField,
  confirm: z.literal("on", key("confirmDeletion")),
});
