/** Crockford's alphabet: no I, L, O nor U, which are read for others. */
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const codeShape = /^[0-9A-HJKMNP-TV-Z]{16}$/;

/** The first `length` letters of some bytes, five bits each. */
export function lettersOf(bytes: Buffer, length: number): string {
  let letters = "";
  for (let index = 0; index < length; index++) {
    const bit = index * 5;
    const twoBytes = (bytes[bit >> 3]! << 8) | (bytes[(bit >> 3) + 1] ?? 0);
    letters += alphabet[(twoBytes >> (11 - (bit & 7))) & 31];
  }
  return letters;
}

/**
 * Whether a text is, or begins, the number printed on a certificate (`AD-20261123-7K3F9-QX2M4`), typed where its code
 * is asked for. A code that looks like one is a code.
 */
export function isCertificateNumber(text: string): boolean {
  return readCode(text) === undefined && /^(?:AD|AM|TP|CP)\d{8}[0-9A-Z]{0,12}$/.test(compactOf(text));
}

/** `7K3F-9QX2-M4TV-0WBE`: 80 bits by fours. */
export function codeOf(bytes: Buffer): string {
  return lettersOf(bytes, 16).replace(/.{4}(?=.)/g, "$&-");
}

/**
 * A code as people type it, in any case, with any spaces or hyphens, O for 0, I or L for 1.
 * @returns it as it is written, or undefined when it cannot be one.
 */
export function readCode(text: string): string | undefined {
  const compact = compactOf(text);
  return codeShape.test(compact) ? compact.replace(/.{4}(?=.)/g, "$&-") : undefined;
}

function compactOf(text: string): string {
  return text
    .normalize("NFKC")
    .toUpperCase()
    .replace(/[\s\p{Pd}\p{Cf}_.]/gu, "")
    .replaceAll("O", "0")
    .replace(/[IL]/g, "1");
}
