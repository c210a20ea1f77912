// As people write them: in groups, with spaces, dots or hyphens between.
const nirs = /(?<![0-9a-z])[1-8](?:[\s.\-\u00a0\u202f]?[0-9ab]){12,14}(?![0-9a-z])/gi;
const ibans =
  /(?<![0-9a-z])[a-z]{2}\d{2}(?:[\s.\-\u00a0\u202f]?[0-9a-z]{4}){2,7}(?:[\s.\-\u00a0\u202f]?[0-9a-z]{1,4})?(?![0-9a-z])/gi;

/** A text that somebody typed, where whatever looks like a social security number or an IBAN keeps its start alone. */
export function hideNumbers(text: string): string {
  return text.replace(ibans, (found) => `${found.slice(0, 4)}…`).replace(nirs, (found) => `${found[0]}…`);
}
