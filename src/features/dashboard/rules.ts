import { addDays, type Day } from "../../lib/dates.ts";

/** Amounts in cents; null: no rights at the Assurance Maladie are known. */
export type FileFacts = {
  rightsTo: Day | null;
  /** Insured through somebody else, to whom reimbursements go. */
  isDependant: 0 | 1;
  hasAmoBank: 0 | 1;
  hasAmcBank: 0 | 1;
  /** A contract of the member's own is in force. */
  hasContract: 0 | 1;
  /** Instalments that were rejected and not made good. */
  unpaidCount: number;
  unpaidCents: number;
};

export type FileAlert =
  | { kind: "rightsEnded" | "rightsEnding"; on: Day }
  | { kind: "noBank"; usage: "amo" | "amc" }
  | { kind: "unpaid"; count: number; cents: number };

/** Before the end of the rights: the time it takes to put them right. */
const endingDays = 30;
/** After it, the member has been told long enough. */
const endedDays = 365;

/**
 * What in the file asks its member to do something, on a day of Paris; what costs money first.
 * @param given what an account was given for that is not in the file yet.
 */
export function fileAlerts(facts: FileFacts, given: (string | null)[], today: Day): FileAlert[] {
  const { rightsTo, isDependant, unpaidCount: count, unpaidCents: cents } = facts;
  const hasRights = rightsTo !== null && rightsTo >= today && !isDependant;
  const isMissed = { amo: hasRights && !facts.hasAmoBank, amc: facts.hasContract && !facts.hasAmcBank };
  const alerts: FileAlert[] = [];
  if (count > 0) alerts.push({ kind: "unpaid", count, cents });
  for (const usage of ["amo", "amc"] as const) {
    if (isMissed[usage] && !given.includes(usage)) alerts.push({ kind: "noBank", usage });
  }
  if (rightsTo !== null && rightsTo < today) {
    if (rightsTo >= addDays(today, -endedDays)) alerts.push({ kind: "rightsEnded", on: rightsTo });
  } else if (rightsTo !== null && rightsTo <= addDays(today, endingDays)) {
    alerts.push({ kind: "rightsEnding", on: rightsTo });
  }
  return alerts;
}
