import * as z from "zod";
import { key } from "../../web/forms.ts";
import { reason } from "../queue/schema.ts";

export const bounceDecisionSchema = z.object({
  decision: z.enum(["settle"], key("notAChoice")),
  reason,
});
