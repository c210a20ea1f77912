/**
 * Where the European card counts: the other countries of the European Union, Iceland, Liechtenstein, Norway,
 * Switzerland, and the United Kingdom, where the French card goes on.
 */
export const ehicDestinations: readonly string[] =
  "AT BE BG HR CY CZ DK EE FI DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO CH GB".split(" ");

/** There the card may be refused to who is not a national of the Union (Regulation 1231/2010). */
export const unionNationalsOnly: readonly string[] = ["DK", "IS", "LI", "NO", "CH"];

/** Overseas parts of France where its own health insurance counts: the Vitale card is enough. */
export const frenchPlaces: readonly string[] = ["FR", "GP", "MQ", "GF", "RE", "YT", "MF", "BL", "PM"];
/** Overseas parts of France with a health insurance of their own. */
export const ownSchemes: readonly string[] = ["PF", "NC", "WF"];

/** ISO 3166 writes GB; Decision S2 and people write UK. */
export function destinationCode(text: string): string {
  const code = text.trim().toUpperCase();
  return code === "UK" ? "GB" : code;
}

/** Why the card does not count there; undefined where it does. */
export function destinationFault(code: string): "destination" | "destinationFrance" | "destinationOwn" | undefined {
  if (ehicDestinations.includes(code)) return undefined;
  if (frenchPlaces.includes(code)) return "destinationFrance";
  return ownSchemes.includes(code) ? "destinationOwn" : "destination";
}
