/** The characters of one text message in the alphabet that all phones share (3GPP TS 23.038, without its extension). */
const alphabet = new Set(
  "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà",
);

/** As many of these as one message holds; one character outside the alphabet would leave room for 70. */
export const gsm7Length = 160;

/** True for a text that goes out as one message. */
export function isOneMessage(text: string): boolean {
  return text.length <= gsm7Length && isGsm7(text);
}

export function isGsm7(text: string): boolean {
  return Array.from(text).every((character) => alphabet.has(character));
}

/** The same text in that alphabet: typographic signs as they are typed, other letters without their accents. */
export function toGsm7(text: string): string {
  const plain = text
    .replace(/[\u00a0\u2000-\u200a\u202f\u205f\u3000]/g, " ")
    .replace(/[\u2018\u2019\u02bc]/g, "'")
    .replace(/[\u201c\u201d\u00ab\u00bb]/g, '"')
    .replace(/[\u2010-\u2015]/g, "-")
    .replace(/\u2026/g, "...")
    .replace(/œ/g, "oe")
    .replace(/Œ/g, "OE");
  return Array.from(plain.normalize("NFC"), inAlphabet).join("");
}

function inAlphabet(character: string): string {
  if (alphabet.has(character)) return character;
  const bare = character.normalize("NFD").replace(/\p{M}+/gu, "");
  return isGsm7(bare) ? bare : "?";
}
