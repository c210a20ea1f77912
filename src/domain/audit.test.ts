import { expect, test } from "vitest";
import fr from "../../locales/fr/account.json" with { type: "json" };
import { auditedKinds } from "./audit.ts";

/** What an audit of an account does not tell, because it is not done with the account, or tells of the audit itself. */
const leftOut = [
  "account.annulled",
  "account.awaiting",
  "account.deleted",
  "account.replaced",
  "case.closed",
  "case.opened",
  "charter.accepted",
  "charter.approved",
  "charter.contested",
  "charter.notified",
  "charter.published",
  "charter.seen",
  "evidence.purged",
  "evidence.sealed",
  "guardian.accepted",
  "guardian.asked",
  "guardian.refused",
  "invitation.queued",
  "mail.dead",
  "mail.sent",
  "message.sent",
  "paper.restored",
  "paper.stopped",
  "registration.received",
  "text.dead",
  "text.sent",
];

test("4.8 every kind of act of the journal is told by an audit, or left out on purpose", () => {
  const kinds = Object.entries(fr.activity.kinds).flatMap(([group, names]) =>
    Object.keys(names).map((name) => `${group}.${name}`),
  );
  expect([...auditedKinds, ...leftOut].sort()).toEqual(kinds.sort());
});
