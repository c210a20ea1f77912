import { countrySpecs, isValidBIC, isValidIBAN, ValidationErrorsIBAN, validateIBAN } from "ibantools";
import { fail, ok, type Result } from "./result.ts";
import { compactCode } from "./typed-code.ts";

/** `country`: no country has such numbers; `length`: not as long as those of its country; `key`: a slip of the pen. */
export type IbanFault = "country" | "length" | "key";

/**
 * The countries of the SEPA schemes (European Payments Council, EPC409-09): none of their accounts may be refused
 * (Regulation (EU) 260/2012, article 9). The overseas territories of France have numbers that begin with FR.
 */
const sepaCountries = new Set(
  (
    "AD AL AT BE BG CH CY CZ DE DK EE ES FI FR GB GI GR HR HU IE IS IT LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS " +
    "SE SI SK SM VA"
  ).split(" "),
);

/** `FR76 •••• 189`: the country with its key, and the last three characters; for screens and mails. */
export function maskIban(iban: string): string {
  return `${iban.slice(0, 4)} •••• ${iban.slice(-3)}`;
}

/**
 * An account number as people type or paste it, in capitals and without what stands between its groups; or what is
 * wrong with it. A French number must have its second key too, that of the RIB.
 */
export function parseIban(text: string): Result<string, IbanFault> {
  const iban = compactCode(text)
    .toUpperCase()
    .replace(/^IBAN:?/, "");
  if (!/^[A-Z]{2}/.test(iban)) return fail("country");
  // The package reads the characters of a number before it has looked whether they may stand there.
  if (!/^[0-9A-Z]+$/.test(iban)) return fail("key");
  const { valid, errorCodes } = validateIBAN(iban);
  if (valid) return hasRibKey(iban) ? ok(iban) : fail("key");
  const { NoIBANProvided, NoIBANCountry, WrongBBANLength } = ValidationErrorsIBAN;
  if (errorCodes.includes(NoIBANProvided) || errorCodes.includes(NoIBANCountry)) return fail("country");
  return fail(errorCodes.includes(WrongBBANLength) ? "length" : "key");
}

/** Whether compact letters and digits are a number of any country, with its key. */
export function hasIbanKey(text: string): boolean {
  return text.length >= 15 && isValidIBAN(text.toUpperCase());
}

/** Whether compact capitals and digits are shaped as the numbers of their country, whatever their key says. */
export function hasIbanShape(text: string): boolean {
  const country = countrySpecs[text.slice(0, 2)];
  return text.length === country?.chars && new RegExp(country.bban_regexp!).test(text.slice(4));
}

/** True for an account that transfers and direct debits in euros reach. */
export function isSepa(iban: string): boolean {
  return sepaCountries.has(iban.slice(0, 2));
}

/** The code of a bank, 8 or 11 characters, typed with or without spaces; undefined for what is none. */
export function parseBic(text: string): string | undefined {
  // A bank may be called so: the word is one of its own, or it belongs to the code.
  const bic = compactCode(
    text.replace(/^[\s\p{Cf}]*(?:BIC|SWIFT)(?:\s*\/\s*(?:BIC|SWIFT))?[\s:]+/iu, ""),
  ).toUpperCase();
  return isValidBIC(bic) ? bic : undefined;
}

/** Letters count 1 to 9, thrice (S begins again at 2). Monaco has French banks. */
function hasRibKey(iban: string): boolean {
  if (!/^(FR|MC)/.test(iban)) return true;
  const digits = iban.slice(4).replace(/[A-Z]/g, (letter) => {
    const rank = letter.charCodeAt(0) - 65;
    return String(rank < 18 ? (rank % 9) + 1 : rank - 16);
  });
  const [bank, branch, account, key] = [
    digits.slice(0, 5),
    digits.slice(5, 10),
    digits.slice(10, 21),
    digits.slice(21),
  ].map(Number);
  return 97 - ((89 * bank! + 15 * branch! + 3 * account!) % 97) === key;
}
