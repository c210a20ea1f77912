import type { CardState } from "../../domain/card-requests.ts";
import type { CaseKind } from "../../domain/cases.ts";
import type { CheckedKind } from "../../domain/certificates.ts";
import type { ChangeContent } from "../../domain/changes.ts";

/** What a case may be about, as it is told to the member. */
export const caseKinds = [
  "charter_contest",
  "email_check",
  "identity_check",
  "lost",
  "phishing",
] as const satisfies CaseKind[];

/** What a request for a change may be about, besides a bank account, which is told by its use. */
export const changeKinds = ["address", "email", "mobile"] as const satisfies ChangeContent["kind"][];

/** How far a request for a European card may have come. */
export const cardStates = [
  "sent",
  "in_production",
  "shipped",
  "received",
  "returned",
  "refused",
  "cancelled",
] as const satisfies CardState[];

/** What may be certified. */
export const certificateKinds = ["rights", "mutual", "card", "ehic"] as const satisfies CheckedKind[];

/** The forms that may be downloaded: a test compares this with those there are. */
export const formNames = ["vitale", "doctor", "accident"] as const;

/** What a mail to a member may be about, as it is told in the journal: a test compares this with what is sent. */
export const mailKinds = [
  "account.annulled",
  "account.deleted",
  "account.frozen",
  "account.inactive",
  "account.opened",
  "alert.payment",
  "audit.opened",
  "bounce.settled",
  "case.closed",
  "change.alert",
  "change.cancelled",
  "change.confirmed",
  "change.link",
  "change.settled",
  "charter.contested",
  "charter.notified",
  "device.copied",
  "ehic.requested",
  "ehic.step",
  "freeze.link",
  "guardian.asked",
  "invitation",
  "message.answered",
  "message.received",
  "notice",
  "password.changed",
  "password.reset",
  "registration.confirmation",
  "registration.existing",
  "registration.refused",
  "report.receipt",
  "rights.recorded",
  "rights.settled",
  "second-factor.changed",
  "sign-in.code",
  "vitale.declared",
] as const;
