import * as z from "zod";
import type { CardState } from "../../domain/card-requests.ts";
import { nextStates } from "../../domain/card-settling.ts";
import { key } from "../../web/forms.ts";
import { reason, seen } from "../queue/schema.ts";

/** What somebody of the mutual may decide, whatever the request has come to. */
const decisions = [...new Set(Object.values(nextStates).flat())] as [CardState, ...CardState[]];

export const cardDecisionSchema = z.object({
  seen,
  decision: z.enum(decisions, key("notAChoice")),
  reason,
});
