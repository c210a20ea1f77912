import { addDays, type Day } from "../../lib/dates.ts";

/** Amounts in cents; null: no rights at the Assurance Maladie are known. */
export type FileFacts = {
  rightsTo: Day | null;
  /** Insured through somebody else, to whom reimbursements go. */
  isDependant: 0 | 1;
  hasBank: 0 | 1;
  /** Instalments that were rejected and not made good. */
  unpaidCount: number;
  unpaidCents: number;
};

export type FileAlert =
  | { kind: "rightsEnded" | "rightsEnding"; on: Day }
  | { kind: "noBank" }
  | { kind: "unpaid"; count: number; cents: number };

/** Before the end of the rights: the time it takes to put them right. */
const endingDays = 30;
/** After it, the member has been told long enough. */
const endedDays = 365;

/** What in the file asks its member to do something, on a day of Paris; what costs money first. */
export function fileAlerts(facts: FileFacts, today: Day): FileAlert[] {
  const { rightsTo, isDependant, hasBank, unpaidCount: count, unpaidCents: cents } = facts;
  const alerts: FileAlert[] = [];
  if (count > 0) alerts.push({ kind: "unpaid", count, cents });
  if (!hasBank && !isDependant) alerts.push({ kind: "noBank" });
  if (rightsTo !== null && rightsTo < today) {
    if (rightsTo >= addDays(today, -endedDays)) alerts.push({ kind: "rightsEnded", on: rightsTo });
  } else if (rightsTo !== null && rightsTo <= addDays(today, endingDays)) {
    alerts.push({ kind: "rightsEnding", on: rightsTo });
  }
  return alerts;
}
