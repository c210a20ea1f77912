import type { ErrorKey } from "../platform/i18n.ts";
import { commonWords } from "./common-passwords.ts";

/** Data of the person that a password must not contain. */
export type PersonalData = { words: (string | null | undefined)[]; birthDate: string };

const longest = 256;

/**
 * The charter's rule, article 3: 8 characters with a digit, a capital letter and a special character; then what makes
 * a short password bearable: not a known one, nothing of the person in it. A capital may carry an accent. Length is
 * counted in characters as people see them.
 * @returns the name of the first message to show, or undefined when the password is good.
 */
export function passwordFault(password: string, personal?: PersonalData): ErrorKey | undefined {
  const text = password.normalize("NFC");
  if ([...text].length < 8) return "passwordShort";
  if ([...text].length > longest) return "passwordLong";
  if (!/\p{Nd}/u.test(text)) return "passwordDigit";
  if (!/\p{Lu}/u.test(text)) return "passwordUpper";
  if (!/[^\p{L}\p{N}]/u.test(text)) return "passwordSpecial";
  if (isCommon(text)) return "passwordCommon";
  if (personal && isPersonal(text, personal)) return "passwordPersonal";
  return undefined;
}

const disguises: Record<string, string> = {
  "@": "a",
  "4": "a",
  "3": "e",
  "€": "e",
  "1": "i",
  "!": "i",
  "0": "o",
  "5": "s",
  $: "s",
  "7": "t",
};

/** Lower case, without accents. */
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** A known word dressed up with digits and signs (`P@ssw0rd1!`, `Azerty123!`), alone or repeated, is a known password. */
function isCommon(password: string): boolean {
  const bare = plain(password);
  const undisguised = (text: string) => [...text].map((sign) => disguises[sign] ?? sign).join("");
  // The digits at the end are a decoration, not letters in disguise; at the start they may be either.
  const core = bare.replace(/[^a-z]+$/, "");
  const forms = [bare, undisguised(bare), undisguised(core), undisguised(core.replace(/^[^a-z]+/, ""))];
  return forms.some((form) => {
    const letters = form.replace(/[^a-z]/g, "");
    const word = /^(.+?)\1+$/.exec(letters)?.[1] ?? letters;
    return word.length <= 1 || commonWords.has(letters) || commonWords.has(word);
  });
}

function isPersonal(password: string, { words, birthDate }: PersonalData): boolean {
  const bare = plain(password);
  const digits = password.replace(/\D/g, "");
  const [year = "", month = "", day = ""] = birthDate.split("-");
  const dates = [`${day}${month}${year}`, `${year}${month}${day}`, `${day}${month}${year.slice(2)}`];
  return (
    dates.some((date) => digits.includes(date)) ||
    words.some((word) =>
      plain(word ?? "")
        .split(/[^a-z0-9]+/)
        .some((part) => (part.length >= 4 && bare.includes(part)) || standsAlone(part, bare)),
    )
  );
}

/** A name of three letters counts when it is not a piece of a longer word. */
function standsAlone(part: string, password: string): boolean {
  return part.length === 3 && new RegExp(`(?<![a-z])${part}(?![a-z])`).test(password);
}
