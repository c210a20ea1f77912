/** A French social security number (NIR): 13 characters, and the key of two digits that checks them. */
export type Nir = { number: string; key: string };

// Sex, year, month (also the codes of incomplete records), place (2A and 2B are Corsica), commune, order.
const shape = /^[1-8]\d{2}(?:0[1-9]|1[0-2]|[2-3]\d|4[0-2]|[5-9]\d)(?:\d{2}|2[AB])\d{6}$/;

/** The key of 13 characters: 97 − (N mod 97), where 2A counts as 19 and 2B as 18; 97 when nothing is left over. */
export function nirKey(number: string): string {
  const digits = number.replace("2A", "19").replace("2B", "18");
  return String(97 - (Number(digits) % 97)).padStart(2, "0");
}

/** Whether 13 characters may be such a number. */
export function hasNirShape(text: string): boolean {
  return shape.test(text.toUpperCase());
}

/**
 * Reads a number as people type it: 13 or 15 characters, with spaces, dots or hyphens anywhere.
 * Undefined when the shape or the key is wrong; without a key it is computed.
 */
export function parseNir(text: string): Nir | undefined {
  const compact = compactIdentifier(text);
  if (compact.length !== 13 && compact.length !== 15) return undefined;
  const number = compact.slice(0, 13);
  if (!hasNirShape(number)) return undefined;
  const key = nirKey(number);
  if (compact.length === 15 && compact.slice(13) !== key) return undefined;
  return { number, key };
}

/** An identifier without the signs people put in it, in capitals. */
export function compactIdentifier(text: string): string {
  return text
    .normalize("NFKC")
    .replace(/[\s.\u00a0\u202f\-_/]/g, "")
    .toUpperCase();
}

/** Numbers of people passing through (5, 6) or being registered (7, 8): provisional, replaced one day. */
export function isProvisional(nir: Nir): boolean {
  return nir.number[0]! >= "5";
}

/** `1 99 05 59 350 123 35`, for the person concerned alone. */
export function formatNir({ number, key }: Nir): string {
  return `${number[0]} ${number.slice(1, 3)} ${number.slice(3, 5)} ${number.slice(5, 7)} ${number.slice(7, 10)} ${number.slice(10)} ${key}`;
}

/** `1 99 ** ** *** *** **`, for screens, reports and logs. */
export function maskNir(number: string): string {
  return `${number.slice(0, 1)} ${number.slice(1, 3)} ** ** *** *** **`;
}
