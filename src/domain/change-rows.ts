import { isoMoment } from "../lib/dates.ts";
import type { BankUsage, Change } from "./changes.ts";
import type { OutboundRow } from "./outbound.ts";

/** How the feed names the uses of an account, in both directions. */
export const feedUsages = {
  amo: "prestations_amo",
  amc: "prestations_amc",
  contributions: "cotisations",
} as const satisfies Record<BankUsage, string>;

const types = { address: "adresse", email: "email", mobile: "telephone", iban: "coordonnees_bancaires" } as const;

/** The columns of the file `changements`, in their order: those of what is not asked for stay empty. */
export const changeColumns = [
  "changement_id",
  "personne_id",
  "type",
  "demande_le",
  "verifie",
  "adr_l1",
  "adr_l2",
  "adr_l3",
  "adr_l4",
  "adr_l5",
  "adr_l6",
  "pays",
  "email",
  "telephone",
  "usage",
  "iban",
  "bic",
  "titulaire",
] as const;

/**
 * A request as the back office reads it. `verifie` is O for an e-mail or a mobile that has shown to be the member's. A
 * `telephone` left empty is one to remove.
 * @param iban the whole number of an account, which the request itself does not hold.
 */
export function changeRow(
  { changeId, memberId, content, requestedAt }: Pick<Change, "changeId" | "memberId" | "content" | "requestedAt">,
  iban = "",
): OutboundRow {
  return {
    changement_id: changeId,
    personne_id: memberId,
    type: types[content.kind],
    demande_le: isoMoment(requestedAt * 1000),
    verifie: "N",
    ...asked(content, iban),
  };
}

function asked(content: Change["content"], iban: string): OutboundRow {
  switch (content.kind) {
    case "address": {
      const lines = content.lines.map((line, index) => [`adr_l${index + 1}`, line] as const);
      return { ...Object.fromEntries(lines), pays: content.country };
    }
    case "email":
      return { email: content.email, verifie: "O" };
    case "mobile":
      return { telephone: content.mobile ?? "", verifie: content.verified ? "O" : "N" };
    case "iban":
      return { usage: feedUsages[content.usage], iban, bic: content.bic ?? "", titulaire: content.holder };
  }
}
