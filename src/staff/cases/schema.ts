import * as z from "zod";
import { caseKinds } from "../../features/account/kinds.ts";
import { key } from "../../web/forms.ts";
import { listSchema, reason } from "../queue/schema.ts";
import { caseActs } from "./rules.ts";

export const kindWords = ["all", ...caseKinds] as const;

export const caseListSchema = listSchema.extend({
  kind: z.enum(kindWords, key("notAChoice")).default("all"),
});
export type CaseListQuery = z.output<typeof caseListSchema>;

export const caseDecisionSchema = z.object({
  decision: z.enum(caseActs, key("notAChoice")),
  reason,
});
