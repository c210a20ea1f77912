import type { CertificateKind } from "../../domain/certificates.ts";
import { urls } from "../../web/urls.ts";
import type { Choice } from "./actions.ts";

export const paths: Record<CertificateKind, string> = {
  rights: urls.rightsCertificate,
  mutual: urls.mutualCertificate,
  card: urls.insuranceCard,
};

/** The address of a certificate with the same choice, as a page or as a PDF. */
export function addressOf(kind: CertificateKind, choice: Choice, form: "page" | "pdf" = "page"): string {
  const query = new URLSearchParams(choice.beneficiaries.map((id) => ["beneficiaries", id]));
  if (choice.withoutExemptions) query.set("without", "exemptions");
  if (choice.contract !== undefined) query.set("contract", choice.contract);
  const text = query.toString();
  return `${paths[kind]}${form === "pdf" ? ".pdf" : ""}${text && `?${text}`}`;
}
