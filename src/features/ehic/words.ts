import type { EhicRefusal } from "../../domain/ehic-gate.ts";
import type { EhicPerson } from "../../domain/ehic-people.ts";
import { longDay } from "../../lib/dates.ts";
import type { BlockWords } from "../../web/ui/data-block.tsx";
import { urls } from "../../web/urls.ts";

export const nameOf = ({ firstNames, lastName }: Pick<EhicPerson, "firstNames" | "lastName">) =>
  `${firstNames} ${lastName}`;

/** A reason with what to do about it. */
export function refusalText({ t, language, organisation }: BlockWords, refusal: EhicRefusal, fund: string): string {
  const names = { organisation: organisation.name, fund };
  switch (refusal.why) {
    case "rightsEnded":
    case "rightsNotYet":
    case "rightsEndBefore":
      return t(`ehic:refused.${refusal.why}`, { ...names, day: longDay(refusal.day, language) });
    case "liveCard":
      if (refusal.day === null) return t("ehic:refused.liveCard");
      return t("ehic:refused.liveCardUntil", { day: longDay(refusal.day, language) });
    default:
      return t(`ehic:refused.${refusal.why}`, names);
  }
}

type Way = { label: "fund" | "contact" | "address"; href: string };

/** Where to do it: the caisse, a message to the mutual, or the address. */
export function wayOut({ organisation }: BlockWords, { why }: EhicRefusal): Way | undefined {
  switch (why) {
    case "pending":
    case "liveCard":
      return undefined;
    case "address":
      return { label: "address", href: urls.dossierAddress };
    case "noNumber":
    case "identity":
    case "name":
      return { label: "contact", href: `${urls.contact}?about=${encodeURIComponent(urls.ehic)}` };
    default:
      return { label: "fund", href: organisation.amoWebsite };
  }
}
