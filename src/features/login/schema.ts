import * as z from "zod";
import { key } from "../../web/forms.ts";

export const loginSchema = z.object({
  identifier: z.string().trim().min(1, key("required")).max(100, key("tooLong")),
  password: z.string().min(1, key("required")).max(1024, key("tooLong")),
  remember: z.literal("on", key("notAChoice")).optional(),
  next: z.string().max(2_000).optional().catch(undefined),
});
