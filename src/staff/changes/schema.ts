import * as z from "zod";
import { key } from "../../web/forms.ts";
import { reason } from "../queue/schema.ts";

export const changeDecisionSchema = z.object({
  decision: z.enum(["applied", "refused"], key("notAChoice")),
  reason,
});
