import { createRequire } from "node:module";
import type anyAscii from "any-ascii";

/**
 * Names of other alphabets in Latin letters, as travel documents write them (ICAO 9303 part 3 for Cyrillic and Arabic,
 * ISO 843 for Greek, the usual one for Hebrew). Vowels that Arabic and Hebrew leave out are not made up.
 */
const cyrillic = pairs(`а a б b в v г g д d е e ж zh з z и i й i к k л l м m н n о o п p р r с s т t у u ф f х kh ц ts
  ч ch ш sh щ shch ъ ie ы y э e ю iu я ia ё e є ie і i ї i ґ g ў u ђ d ѓ g ѕ dz ј j љ lj њ nj ћ c ќ k џ dz ә a ғ g қ k
  ң n ө o ұ u ү u һ h`);
// Not written: the soft sign, and the apostrophe of Ukrainian names.
cyrillic.set("ь", "");
const greek = pairs(`α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s ς s τ t υ y φ f χ ch ψ ps
  ω o`);
const greekPairs = pairs("ου ou αυ av ευ ev ηυ iv γγ ng γξ nx γχ nch μπ mp ντ nt");
const arabic = pairs(`ا a أ a إ i آ a ء e ؤ w ئ y ب b ت t ة h ث th ج j ح h خ kh د d ذ dh ر r ز z س s ش sh ص s ض d ط t
  ظ z ع e غ gh ف f ق q ك k ل l م m ن n ه h و w ي y ى a پ p چ ch ژ zh ک k گ g ی y ٱ a`);
const hebrew = pairs(`א a ב b ג g ד d ה h ו v ז z ח h ט t י y כ k ך k ל l מ m ם m נ n ן n ס s ע a פ p ף f צ ts ץ ts ק k
  ר r ש sh ת t`);

const letters = new Map([...cyrillic, ...greek, ...arabic, ...hebrew]);
const other = "[\\p{Script=Cyrillic}\\p{Script=Greek}\\p{Script=Arabic}\\p{Script=Hebrew}]";
const otherAlphabets = new RegExp(`${other}(?:${other}|\\p{M})*`, "gu");
const latin = "[\\p{Script=Latin}\\p{Script=Common}\\p{Script=Inherited}]";
/** All other writings, with the marks that Chinese and Japanese have for themselves, and Latin letters of their width. */
const sign = `[[[\\p{L}\\p{M}\\p{N}\\p{P}]--${latin}]\\u0964\\u0965\\u3000-\\u303f\\u30fb\\u30fc\\uff00-\\uffef]`;
const otherWritings = new RegExp(`(?:${sign}[\\u200c\\u200d]*)+`, "gv");
/** Written without capitals, though there are some for titles of books. */
const georgian = /\p{Script=Georgian}/u;

let anyLatin: typeof anyAscii | undefined;

/** Its tables are read for the first name that needs them: most processes never meet one. */
function latinOf(text: string): string {
  anyLatin ??= (createRequire(import.meta.url)("any-ascii") as { default: typeof anyAscii }).default;
  return anyLatin(text);
}

/**
 * A text whose words in letters of other alphabets and in signs of other writings are written in Latin letters,
 * capitals kept; names that know none begin with one. All else stays: Latin letters with any accents, and signs that
 * stand for no sound, such as emoji.
 */
export function toLatin(text: string): string {
  return text.normalize("NFC").replace(otherAlphabets, latinWord).replace(otherWritings, wordOfSigns);
}

/** A name in signs has no capitals inside: `小明` is `Xiaoming`. What cannot be read stays as it is. */
function wordOfSigns(word: string): string {
  const parts = Array.from(word, (one) => latinOf(one) || (/[\p{M}\p{Cf}]/u.test(one) ? "" : one));
  const written = parts.join("").replace(/^['`]/, "");
  return isWithoutCase(word) || georgian.test(word) ? capitalised(written) : written;
}

function capitalised(text: string): string {
  return text.toLowerCase().replace(/(?<!\p{L})\p{L}/gu, (letter) => letter.toUpperCase());
}

function latinWord(word: string): string {
  const isAllCapitals = word.length > 1 && word === word.toUpperCase() && word !== word.toLowerCase();
  // Accents, and the vowel points of Arabic and Hebrew, are not letters. But й and ї are letters of their own.
  const bare = Array.from(word, (letter) => (letters.has(letter.toLowerCase()) ? letter : withoutMarks(letter))).join(
    "",
  );
  let latin = "";
  for (let at = 0; at < bare.length; ) {
    const two = bare.slice(at, at + 2);
    const found = greekPairs.get(two.toLowerCase());
    const letter = found === undefined ? bare[at]! : two;
    const known = found ?? letters.get(letter.toLowerCase()) ?? (latinOf(letter).toLowerCase() || letter);
    latin += withCapital(known, letter[0]!, isAllCapitals);
    at += letter.length;
  }
  return isWithoutCase(word) ? capital(latin) : latin;
}

function withoutMarks(letter: string): string {
  return letter.normalize("NFD").replace(/\p{M}+/gu, "");
}

/** `Щ` is `Shch` at the start of a name, and `SHCH` in one written in capitals. */
function withCapital(latin: string, letter: string, isAllCapitals: boolean): string {
  if (letter === letter.toLowerCase()) return latin;
  return isAllCapitals ? latin.toUpperCase() : capital(latin);
}

const isWithoutCase = (word: string) => word.toUpperCase() === word.toLowerCase();

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

function pairs(text: string): Map<string, string> {
  const words = text.trim().split(/\s+/);
  return new Map(words.flatMap((word, index) => (index % 2 === 0 ? [[word, words[index + 1]!] as const] : [])));
}
