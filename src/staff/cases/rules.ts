import type { CaseKind } from "../../domain/cases.ts";

/** What may end a case: its result alone, or with it what the charter asks for. */
export const caseActs = ["close", "replace", "annul"] as const;
export type CaseAct = (typeof caseActs)[number];

/**
 * What belongs to each case: lost credentials end an account and begin a new one (charter article 4), a wrong or
 * fraudulent registration is null (article 1).
 */
export const actsOfKind: Record<CaseKind, readonly CaseAct[]> = {
  lost: ["replace", "close"],
  phishing: ["close", "replace"],
  identity_check: ["replace", "annul", "close"],
  email_check: ["close", "annul"],
  charter_contest: ["close"],
};
