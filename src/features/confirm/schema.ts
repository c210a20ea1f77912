import * as z from "zod";
import { key } from "../../web/forms.ts";

export const confirmSchema = z.object({
  password: z.string().min(1, key("required")).max(1024, key("tooLong")),
  next: z.string().max(2_000).optional().catch(undefined),
});
