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
    case "liveCard": {
      const { day, from } = refusal;
      const card =
        day === null ? t("ehic:refused.liveCard") : t("ehic:refused.liveCardUntil", { day: longDay(day, language) });
      const again = from === null ? "" : ` ${t("ehic:refused.liveCardFrom", { day: longDay(from, language) })}`;
      return `${card}${again} ${t("ehic:refused.liveCardLost")}`;
    }
    default:
      return t(`ehic:refused.${refusal.why}`, names);
  }
}

/** Where to write about cards. */
export const contactUs = `${urls.contact}?about=${encodeURIComponent(urls.ehic)}`;

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
      return { label: "contact", href: contactUs };
    default:
      return { label: "fund", href: organisation.amoWebsite };
  }
}

/** What the box is called that says whose card is lost. */
export function lossLabel({ t }: BlockWords, person: EhicPerson): string {
  return person.isSelf ? t("ehic:certificate.lost") : t("ehic:certificate.lostOf", { name: nameOf(person) });
}
