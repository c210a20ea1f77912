/** Overseas mobiles dialled with ten digits have a country code of their own. */
const overseas: [pattern: RegExp, code: string][] = [
  [/^69[01]\d{6}$/, "590"],
  [/^694\d{6}$/, "594"],
  [/^69[67]\d{6}$/, "596"],
  [/^69[23]\d{6}$/, "262"],
  [/^639\d{6}$/, "262"],
];

/**
 * A mobile number as people type it, with spaces, dots or hyphens anywhere, in the international form E.164:
 * `06 12 34 56 78` is French, `0692…` is of Réunion, `+32…` or `0032…` is as it says.
 * @returns undefined for what is no such number, French landlines included.
 */
export function parseMobile(text: string): string | undefined {
  const compact = text
    .normalize("NFKC")
    .replace(/\(0\)/g, "")
    .replace(/[\s.\-()/\u2010-\u2015]/g, "")
    .replace(/^00/, "+");
  if (/^0\d{9}$/.test(compact)) return frenchMobile(compact.slice(1));
  if (compact.startsWith("+33")) return frenchMobile(compact.slice(3).replace(/^0(?=\d{9}$)/, ""));
  return /^\+[1-9]\d{7,14}$/.test(compact) ? compact : undefined;
}

/** From the nine digits after the 0 of France. */
function frenchMobile(digits: string): string | undefined {
  if (!/^[67]\d{8}$/.test(digits)) return undefined;
  const code = overseas.find(([pattern]) => pattern.test(digits))?.[1] ?? "33";
  return `+${code}${digits}`;
}
