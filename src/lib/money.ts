import type { Language } from "./languages.ts";

/**
 * Signed integer cents as people read them: `1 234,56 €` in French (narrow no-break spaces between thousands,
 * no-break space before the sign), `€1,234.56` in English. Written by hand: it runs a hundred times a page.
 */
export function euros(cents: number, language: Language): string {
  const absolute = Math.abs(cents);
  const units = Math.trunc(absolute / 100).toString();
  const rest = (absolute % 100).toString().padStart(2, "0");
  const grouped = units.length > 3 ? units.replace(/\B(?=(\d{3})+$)/g, language === "fr" ? "\u202f" : ",") : units;
  // A true minus sign: screen readers skip the hyphen.
  const sign = cents < 0 ? "\u2212" : "";
  return language === "fr" ? `${sign}${grouped},${rest}\u00a0€` : `${sign}€${grouped}.${rest}`;
}

/** Hundredths of a percent as people read them: 7000 → `70 %` (fr), `70%` (en); 6550 → `65,5 %`. */
export function percent(hundredths: number, language: Language): string {
  const text = (hundredths / 100).toString();
  return language === "fr" ? `${text.replace(".", ",")}\u00a0%` : `${text}%`;
}

/** The share of an amount at a rate, rounded half up to the cent, line by line (never on a sum). */
export function share(baseCents: number, rateHundredths: number): number {
  const sign = baseCents < 0 ? -1 : 1;
  return sign * Math.floor((2 * Math.abs(baseCents) * rateHundredths + 10_000) / 20_000);
}
