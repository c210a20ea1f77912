import * as z from "zod";
import { key } from "../../web/forms.ts";

export const deleteSchema = z.object({
  password: z.string().min(1, key("required")).max(1024, key("tooLong")),
  confirm: z.literal("on", key("confirmDeletion")),
});
