import type { T } from "../platform/i18n.ts";

/** A block of data on a page: the id it stands under, and what it is called without naming anybody. */
export type ReportedBlock = { id: string; name: string };

/** Where somebody says that the data of a block are wrong: a mail whose subject names the block. */
export function reportLink({ name }: ReportedBlock, { t, email }: { t: T; email: string }): string {
  return `mailto:${email}?subject=${encodeURIComponent(t("dossier:block.subject", { block: name }))}`;
}
