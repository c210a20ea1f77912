/** A text typed by a stranger, fit for a terminal: no control, no change of writing direction; line ends stay. */
export function printable(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029]/g, "\n")
    .replace(/[^\P{Cc}\n]|[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/gu, "\ufffd");
}
