import * as z from "zod";
import { key } from "../../web/forms.ts";

export const activationSchema = z.object({
  password: z.string().min(1, key("required")).max(1024, key("passwordLong")),
  charter: z.literal("on", key("charter")),
});
