import type { Language } from "./languages.ts";

/** The countries and territories of ISO 3166-1, by their two letters. */
export const countryCodes: readonly string[] = (
  "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA " +
  "CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA " +
  "GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP " +
  "KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS " +
  "MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS " +
  "RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW " +
  "TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW"
).split(" ");

/** Where the French post delivers: its postcodes have five digits. */
const frenchPost = new Set(["FR", "BL", "GF", "GP", "MC", "MF", "MQ", "NC", "PF", "PM", "RE", "WF", "YT"]);

export function hasFrenchPost(code: string): boolean {
  return frenchPost.has(code);
}

const regions = new Map<Language, Intl.DisplayNames>();
const lists = new Map<Language, { code: string; name: string }[]>();

/** The name of a country from its two letters; the letters where there is none. Making the list of names is dear: it is kept. */
export function countryName(code: string, language: Language): string {
  if (!/^[A-Z]{2}$/.test(code)) return code;
  const names = regions.get(language) ?? new Intl.DisplayNames([language], { type: "region" });
  regions.set(language, names);
  return names.of(code) ?? code;
}

/** Every country with its name, France first, then in the order of the language. */
export function countriesIn(language: Language): { code: string; name: string }[] {
  const known = lists.get(language);
  if (known) return known;
  const named = countryCodes
    .filter((code) => code !== "FR")
    .map((code) => ({ code, name: countryName(code, language) }))
    .sort((one, other) => one.name.localeCompare(other.name, language));
  const list = [{ code: "FR", name: countryName("FR", language) }, ...named];
  lists.set(language, list);
  return list;
}
