import parsePhoneNumber from "libphonenumber-js/mobile";
import { compactCode } from "./typed-code.ts";

/** Overseas mobiles dialled with ten digits have a country code of their own. */
const overseas: [pattern: RegExp, code: string][] = [
  [/^69[01]\d{6}$/, "590"],
  [/^694\d{6}$/, "594"],
  [/^69[67]\d{6}$/, "596"],
  [/^69[23]\d{6}$/, "262"],
  // Numbers from 06 39 98 are nobody's: the regulator keeps them for examples, in France itself.
  [/^639(?!98)\d{6}$/, "262"],
];

/** Mobiles of France, and of its territories overseas: what a text message is sent to. */
const texted = /^\+(?:33[67]\d{8}|(?:590|594|596|262)\d{9}|(?:508|681|687|689)\d{6,8})$/;

/**
 * A mobile number as people type it, with spaces, dots or hyphens anywhere, in the international form E.164:
 * `06 12 34 56 78` is French, `0692…` is of Réunion, `+32…` or `0032…` is as it says.
 * @returns undefined for what is no such number, landlines included.
 */
export function parseMobile(text: string): string | undefined {
  const compact = compactCode(text).replace(/\(0\)/g, "").replace(/[()/]/g, "").replace(/^00/, "+");
  if (/^0\d{9}$/.test(compact)) return frenchMobile(compact.slice(1));
  if (!/^\+[1-9]\d{7,14}$/.test(compact)) return undefined;
  const [, code, rest] = /^\+(33|590|594|596|262)0?(\d{9})$/.exec(compact) ?? [];
  if (code === "33") return frenchMobile(rest!);
  if (code !== undefined)
    return overseas.find(([pattern]) => pattern.test(rest!))?.[1] === code ? `+${code}${rest}` : undefined;
  // What this part of the package knows is mobiles, and numbers that may be one: in America nothing tells them apart.
  const number = parsePhoneNumber(compact);
  // A number of France that is here still has too many digits, or too few.
  return number?.isValid() && number.countryCallingCode !== "33" ? number.number : undefined;
}

/** True where text messages go: elsewhere they cost much, and bring whoever has them sent a share. */
export function canBeTexted(mobile: string): boolean {
  return texted.test(mobile);
}

/** From the nine digits after the 0 of France. */
function frenchMobile(digits: string): string | undefined {
  if (!/^[67]\d{8}$/.test(digits)) return undefined;
  const code = overseas.find(([pattern]) => pattern.test(digits))?.[1] ?? "33";
  return `+${code}${digits}`;
}

/** A number of the international form as it is read: French ones by pairs, others as they are dialled. */
export function phoneText(phone: string): string {
  const french = /^\+33(\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(phone);
  return french ? `0${french.slice(1).join(" ")}` : phone;
}
