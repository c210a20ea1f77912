import type { Config } from "../platform/config.ts";

export type Ours = Pick<Config, "origin"> & {
  organisation: Pick<
    Config["organisation"],
    "website" | "amoWebsite" | "phoneLink" | "phone" | "privacyEmail" | "contactEmail"
  >;
};

/** Full stops of other alphabets, which browsers read as the one between the names of a host. */
const dots = /[\u3002\uff0e\uff61]/g;
const unseen = /\p{Cf}/gu;

/**
 * The first thing of a text that a reader, or a mail program, takes for a link or an address of somebody else: with a
 * scheme (`tel:` and `javascript:` included), `//host`, `host.example` alone, an address with @. Ours are the portal,
 * the sites, the phone and the addresses of the mutual. What goes to every account is the first thing a swindler would
 * borrow.
 */
export function foreignLink(text: string, ours: Ours): string | undefined {
  const plain = text.replace(unseen, "").replace(dots, ".").normalize("NFKC");
  const words = plain.split(/[\s<>"«»“”()[\]]+/);
  return words.find((word) => looksLikeLink(word) && !isOurs(word.replace(/[.,;:!?'’]+$/, ""), ours));
}

const looks = [
  // A scheme with something behind it: "Attention :" and "22:00" have none.
  /(?:^|[^\p{L}\p{N}])[a-z][a-z\d+.-]+:(?=\S)/iu,
  /[/\\]{2}/,
  /@/,
  // The last name of a host is made of two letters at least: "p. 3", "e.g." and "02.31" have none.
  /[\p{L}\p{N}-]\.(?:xn--[a-z\d-]+|\p{L}{2,})(?![\p{L}\p{N}])/iu,
];

function looksLikeLink(word: string): boolean {
  return looks.some((look) => look.test(word));
}

function isOurs(word: string, { origin, organisation }: Ours): boolean {
  const { website, amoWebsite, phoneLink, phone, privacyEmail, contactEmail } = organisation;
  const isUnder = (site: string) => {
    const base = site.replace(/\/+$/, "").toLowerCase();
    const address = word.toLowerCase();
    return [base, base.replace(/^https?:\/\//, "")].some(
      (own) => address === own || (address.startsWith(own) && /^[/?#][^\\]*$/.test(address.slice(own.length))),
    );
  };
  if ([origin, website, amoWebsite].some(isUnder)) return true;
  const address = word.replace(/^mailto:/i, "").toLowerCase();
  if ([privacyEmail, contactEmail].some((own) => own.toLowerCase() === address)) return true;
  return [phoneLink, phone.replace(/\s/g, "")].some((own) => word.toLowerCase() === `tel:${own}`);
}
