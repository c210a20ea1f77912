import type { FilePart } from "../../domain/evidence.ts";
import { urls } from "../../web/urls.ts";
import type { Link } from "./read-only.ts";

/** The parts of a file, in the order of its menu: the member's page each is, and as what the journal tells of it. */
export const parts = [
  { name: "dossier", page: urls.dossier, what: "file" },
  { name: "reimbursements", page: urls.reimbursements, what: "payments" },
  { name: "vitale", page: urls.vitale, what: "file" },
  { name: "ehic", page: urls.ehic, what: "file" },
  { name: "documents", page: urls.documents, what: "documents" },
  { name: "requests", page: urls.changes, what: "file" },
  { name: "messages", page: urls.messages, what: "messages" },
  { name: "cases", page: urls.accountCases, what: "case" },
  { name: "activity", page: urls.accountActivity, what: "journal" },
] as const satisfies { name: string; page: string; what: FilePart }[];

export type PartName = (typeof parts)[number]["name"];

/** The pages behind one of a list: the route of each under its part, and the member's page it is. */
export const details = [
  { part: "reimbursements", path: "payments/:item", page: urls.payment },
  { part: "messages", path: "messages/:item", page: (id: string) => `${urls.messages}/${encodeURIComponent(id)}` },
] as const satisfies { part: PartName; path: string; page: (item: string) => string }[];

/**
 * What becomes of a link of a member's page for staff: it leads to the same page of the same file, with its query and
 * its place in the page. What acts, and what is the member's alone, is text; the way to write to us is left out.
 */
export function staffLink(memberId: string, href: string): Link {
  if (href.startsWith("#") || /^(?:tel|mailto):/.test(href)) return { to: href };
  const [, path = "", rest = ""] = /^([^?#]*)(.*)$/s.exec(href)!;
  if (path === urls.contact) return "nothing";
  const part = parts.find(({ page }) => page === path);
  if (part) return { to: urls.staffMemberPart(memberId, part.name) + rest };
  const [, list, item] = /^\/(reimbursements|messages)\/([^/]+)$/.exec(path) ?? [];
  if (!item || path === urls.reimbursementsCsv) return "text";
  return { to: `${urls.staffMemberPart(memberId, list === "messages" ? list : "payments")}/${item}${rest}` };
}
