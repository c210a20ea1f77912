import { countryCodes, hasFrenchPost } from "../../lib/countries.ts";
import { isSameMailbox, parseEmail } from "../../lib/email.ts";
import { graphemesOf } from "../../lib/graphemes.ts";
import { type IbanFault, isSepa, parseBic, parseIban } from "../../lib/iban.ts";
import { canBeTexted, parseMobile } from "../../lib/phone.ts";
import { fail, ok } from "../../lib/result.ts";
import { compactCode } from "../../lib/typed-code.ts";
import type { ErrorKey } from "../../platform/i18n.ts";
import { undrawable } from "../../platform/pdf-text.ts";

export const lineNames = ["line1", "line2", "line3", "line4", "line5", "line6"] as const;
type LineName = (typeof lineNames)[number];
type TypedAddress = { [F in LineName | "country"]?: string | undefined };

/** Six lines, some of them empty, and the two letters of a country. */
export type Address = { lines: string[]; country: string };

/** A line of NF Z10-011. */
const longestLine = 38;
/** What a machine prints and the post reads; accents that no letter has of its own stand after it. */
const printable = /^(?:[\p{Script=Latin}0-9¼-¾⅐-⅞ '’\-/.,;:()&°"+#@*·!]|[\u0300-\u036f])*$/u;
const fraction = /[¼-¾⅐-⅞]/;
/** The post wants the last lines in capitals, without punctuation. */
const capitals = 3;
const frenchTown = /^(?:0[1-9]|[1-8]\d|9[0-578])\d{3} (?=.*\p{L})\D/u;

/**
 * An address as the French post wants it (NF Z10-011): six lines of 38 characters at most, who in the first, the
 * street or the hamlet in the fourth or fifth, postcode and town in the sixth; the last three in capitals, without
 * punctuation. Abroad, the last line is the town as it is written there, in Latin letters.
 */
export function readAddress(typed: TypedAddress) {
  const country = (typed.country ?? "FR").trim().toUpperCase() || "FR";
  const lines = lineNames.map((name, index) => tidy(typed[name] ?? "", index >= capitals));
  if (hasFrenchPost(country)) lines[5] = lines[5]!.replace(/^(\d\d) (\d{3})(?= |$)/, "$1$2");
  const faults: { [F in LineName | "country"]?: ErrorKey | undefined } = {};
  if (!countryCodes.includes(country)) faults.country = "notAChoice";
  if (lines[0] === "") faults.line1 = "required";
  if (lines[3] === "" && lines[4] === "") faults.line4 = "addressStreet";
  faults.line6 = townFault(lines[5]!, country);
  lineNames.forEach((name, index) => {
    faults[name] = lineFault(lines[index]!) ?? faults[name];
  });
  const isGood = Object.values(faults).every((fault) => fault === undefined);
  return isGood ? ok({ lines, country }) : { ...fail("faulty"), faults };
}

function tidy(text: string, isCapitals: boolean): string {
  // Signs of another width or look are the usual ones; only ½ would become 1 and 2 apart.
  const usual = Array.from(text.normalize("NFC"), (one) => (fraction.test(one) ? one : one.normalize("NFKC")));
  const one = usual.join("").normalize("NFC").trim();
  const plain = isCapitals ? one.toUpperCase().replace(/[.,;:]/g, " ") : one;
  return plain.replace(/ +/g, " ").trim();
}

/** What of a line, or of a name, cannot be printed, as it is shown: `😀`, or `U+200B` of what shows nothing. */
export function refusedSign(text: string, accepted = printable): string | undefined {
  if (accepted.test(text) && undrawable(text) === undefined) return undefined;
  const refused = graphemesOf(text).find((sign) => !accepted.test(sign) || undrawable(sign) !== undefined);
  if (refused === undefined || !/^(?:\p{C}|\p{M}|\s)/u.test(refused)) return refused;
  return `U+${refused.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`;
}

/** What each refused line of an address was refused for. */
export function refusedSigns(typed: TypedAddress): { [F in LineName]?: string | undefined } {
  return Object.fromEntries(
    lineNames.map((name, index) => [name, refusedSign(tidy(typed[name] ?? "", index >= capitals))]),
  );
}

function lineFault(line: string): ErrorKey | undefined {
  if (refusedSign(line) !== undefined) return "addressCharacters";
  return [...line].length > longestLine ? "addressLong" : undefined;
}

function townFault(line: string, country: string): ErrorKey | undefined {
  if (line === "") return "required";
  if (hasFrenchPost(country)) return frenchTown.test(line) ? undefined : "addressPostcode";
  return /\p{L}/u.test(line) ? undefined : "addressTown";
}

/** What the account has now, and the telephone of the file. */
type Present = { email: string; mobile: string | null; mobileVerifiedAt: number | null; phone: string | null };

/** The mobile that the form begins with: the account's, else that of the file when it is one. */
export function presentMobile({ mobile, phone }: Pick<Present, "mobile" | "phone">): string | null {
  return mobile ?? (phone === null ? null : (parseMobile(phone) ?? null));
}

/**
 * What of a form asks for a change: an e-mail and a mobile as they were typed against those of now. A mobile left out
 * is kept, an emptied one goes. Sent as it is, the form asks to prove a mobile that was only typed so far.
 */
export function readContact(typed: { email: string; mobile?: string | undefined }, present: Present) {
  const email = parseEmail(typed.email);
  const now = presentMobile(present);
  const mobile = typed.mobile === undefined ? now : typed.mobile.trim() === "" ? null : parseMobile(typed.mobile);
  if (email === undefined || mobile === undefined) {
    const faults: { email?: ErrorKey; mobile?: ErrorKey } = {};
    if (email === undefined) faults.email = "email";
    if (mobile === undefined) faults.mobile = "mobile";
    return { ...fail("faulty"), faults };
  }
  const wanted = {
    ...(!isSameMailbox(email, present.email) && { email }),
    ...(mobile !== now && { mobile }),
  };
  if (Object.keys(wanted).length > 0) return ok(wanted);
  const mayProve = mobile !== null && present.mobileVerifiedAt === null && canBeTexted(mobile);
  const faults: { email?: ErrorKey; mobile?: ErrorKey } = { email: "nothingChanged" };
  return mayProve ? ok({ mobile }) : { ...fail("faulty"), faults };
}

const ibanFaults = {
  country: "ibanCountry",
  length: "ibanLength",
  key: "ibanKey",
} as const satisfies Record<IbanFault, ErrorKey>;

type TypedAccount = { iban: string; bic?: string | undefined; holder: string };

/** A bank account as it was typed, or what is wrong with each field. */
export function readAccount({ iban, bic = "", holder }: TypedAccount) {
  const read = parseIban(iban);
  const code = bic.trim() === "" ? null : parseBic(bic);
  const name = tidyName(holder);
  const faults: { iban?: ErrorKey; bic?: ErrorKey; holder?: ErrorKey } = {};
  if (!read.ok) faults.iban = ibanFaults[read.fault];
  else if (!isSepa(read.value)) faults.iban = "ibanNotSepa";
  if (code === undefined) faults.bic = "bic";
  const holderFault = nameFault(name);
  if (holderFault !== undefined) faults.holder = holderFault;
  if (!read.ok || code === undefined || Object.keys(faults).length > 0) return { ...fail("faulty"), faults };
  return ok({ iban: read.value, bic: code, holder: name });
}

/** Letters, with what stands between those of a person, or of two. */
const nameSigns = /^(?:[\p{Script=Latin} '’.,&/()·!-]|[\u0300-\u036f])*$/u;

function nameFault(name: string): ErrorKey | undefined {
  if ((name.match(/\p{L}/gu)?.length ?? 0) < 2) return "holderName";
  return refusedSign(name, nameSigns) === undefined ? undefined : "holderCharacters";
}

/** What the name of a holder is refused for. */
export function refusedInName(holder = ""): string | undefined {
  return refusedSign(tidyName(holder), nameSigns);
}

function tidyName(name: string): string {
  return name.normalize("NFC").replace(/\s+/g, " ").trim();
}

/** Six digits, typed with or without spaces. */
export function readCode(typed: string): string {
  return compactCode(typed);
}
