import { record, recordReading } from "../../domain/evidence.ts";
import { recordInSlices } from "../../domain/evidence-checking.ts";
import { evidenceDocument } from "../../domain/evidence-document.ts";
import type { Language } from "../../lib/languages.ts";
import type { Deps } from "../../platform/deps.ts";
import { renderPdf } from "../../platform/pdf.ts";

type ActionDeps = Pick<Deps, "db" | "clock" | "seal" | "config">;

/** Somebody of the mutual looks at the journal of a person, who sees that they did. */
export function noteReading(deps: ActionDeps, memberId: string, staff: string): void {
  record(deps, { kind: "file.read", memberId, actor: "staff", details: { staff, what: "journal" } });
}

/**
 * The evidence record of a person, as a file. The reading is written down before anything is read: whatever happens
 * then, the person sees it.
 */
export async function exportRecord(
  deps: ActionDeps,
  {
    memberId,
    staff,
    format,
    language,
  }: { memberId: string; staff: string; format: "pdf" | "json"; language: Language },
): Promise<string | Uint8Array<ArrayBuffer>> {
  recordReading(deps, { memberId, staff, what: "journal" });
  const found = await recordInSlices(deps, memberId);
  if (format === "json") return `${JSON.stringify(found, null, 1)}\n`;
  const id = `${found.person.memberId} ${found.madeAt.seconds}`;
  const pdf = await renderPdf(evidenceDocument(found, language), { now: found.madeAt.seconds * 1000, id });
  return new Uint8Array(pdf);
}
