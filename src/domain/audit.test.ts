import { expect, test } from "vitest";
import fr from "../../locales/fr/account.json" with { type: "json" };
import { auditedKinds } from "./audit.ts";

/** What an audit of an account does not tell, because it is not done with the account, or tells of the audit itself. */
const leftOut = [
  "account.annulled",
  "account.awaiting",
  "account.deleted",
  "account.replaced",
  "bounce.settled",
  "case.closed",
  "case.opened",
  "charter.accepted",
  "charter.approved",
  "charter.contested",
  "charter.notified",
  "charter.published",
  "charter.seen",
  "ehic.moved",
  "evidence.purged",
  "evidence.sealed",
  "guardian.accepted",
  "guardian.asked",
  "guardian.refused",
  "invitation.listed",
  "invitation.queued",
  "mail.bounced",
  "mail.dead",
  "mail.retried",
  "mail.sent",
  "maintenance.changed",
  "message.sent",
  "notice.published",
  "notice.told",
  "paper.restored",
  "paper.stopped",
  "registration.received",
  "rights.recorded",
  "rights.settled",
  "staff.added",
  "staff.disabled",
  "staff.refused",
  "staff.searched",
  "staff.set-up",
  "staff.signed-in",
  "staff.signed-out",
  "text.dead",
  "text.retried",
  "text.sent",
];

test("4.8 every kind of act of the journal is told by an audit, or left out on purpose", () => {
  const kinds = Object.entries(fr.activity.kinds).flatMap(([group, names]) =>
    // Some stand under their whole name.
    typeof names === "string" ? [group] : Object.keys(names).map((name) => `${group}.${name}`),
  );
  expect([...auditedKinds, ...leftOut].sort()).toEqual(kinds.sort());
});
