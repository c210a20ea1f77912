import * as z from "zod";
import { currentPasswordField } from "../../domain/form-fields.ts";

export const confirmSchema = z.object({
  password: currentPasswordField,
  next: z.string().max(2_000).optional().catch(undefined),
});
