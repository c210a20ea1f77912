import type { StaffAct } from "../domain/staff-roles.ts";
import { urls } from "./urls.ts";

/** The parts of the back office, in the order of its menu: where each is, and the act that lets somebody see it. */
export const staffSections = [
  { name: "staffMembers", url: urls.staffMembers, act: "members.search" },
  { name: "staffEhic", url: urls.staffEhic, act: "ehic.decide" },
  { name: "staffChanges", url: urls.staffChanges, act: "changes.decide" },
  { name: "staffMessages", url: urls.staffMessages, act: "messages.answer" },
  { name: "staffCases", url: urls.staffCases, act: "cases.read" },
  { name: "staffInvitations", url: urls.staffInvitations, act: "invitations.send" },
  { name: "staffBounces", url: urls.staffBounces, act: "bounces.settle" },
  { name: "staffRights", url: urls.staffRights, act: "rights.record" },
  { name: "staffImports", url: urls.staffImports, act: "imports.read" },
  { name: "staffMail", url: urls.staffMail, act: "mail.read" },
  { name: "staffEvidence", url: urls.staffEvidence, act: "evidence.read" },
  { name: "staffNotices", url: urls.staffNotices, act: "notices.read" },
  { name: "staffMaintenance", url: urls.staffMaintenance, act: "maintenance.set" },
] as const satisfies { name: string; url: string; act: StaffAct }[];

export type StaffSection = (typeof staffSections)[number]["name"];
