import type { staff } from "../platform/schema.ts";

export type StaffRole = (typeof staff.$inferSelect)["role"];

/**
 * Who may do what in the back office: the one table that says so. An adviser answers members; an admin runs the service
 * and may stand in for an adviser; the data-protection officer looks into rights, cases and proofs, and decides no
 * request.
 */
const allowed = {
  "members.search": ["adviser", "admin", "dpo"],
  "members.open": ["adviser", "admin", "dpo"],
  "members.act": ["adviser", "admin"],
  "ehic.decide": ["adviser", "admin"],
  "changes.decide": ["adviser", "admin"],
  "messages.answer": ["adviser", "admin"],
  "cases.read": ["adviser", "admin", "dpo"],
  "cases.decide": ["adviser", "admin", "dpo"],
  "invitations.send": ["adviser", "admin"],
  "bounces.settle": ["adviser", "admin"],
  "rights.record": ["adviser", "admin", "dpo"],
  "rights.settle": ["admin", "dpo"],
  "imports.read": ["admin"],
  "mail.read": ["admin"],
  "mail.retry": ["admin"],
  "evidence.read": ["admin", "dpo"],
  "notices.read": ["adviser", "admin", "dpo"],
  "notices.send": ["admin"],
  "charter.publish": ["admin"],
  "maintenance.set": ["admin"],
} as const satisfies Record<string, readonly StaffRole[]>;

export type StaffAct = keyof typeof allowed;

export const staffActs = Object.keys(allowed) as StaffAct[];

export function may(role: StaffRole, act: StaffAct): boolean {
  const roles: readonly StaffRole[] = allowed[act];
  return roles.includes(role);
}
