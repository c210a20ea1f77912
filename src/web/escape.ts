import type { Language } from "../lib/languages.ts";

const risky = /[&<>"']/;
const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Text made safe for HTML content and quoted attributes. */
export function escapeText(text: string): string {
  return risky.test(text) ? text.replace(/[&<>"']/g, (sign) => entities[sign]!) : text;
}

/** Words of the feed, which are French, as HTML: named as such on a page in another language (RGAA 8.7). */
export function frenchText(text: string, language: Language): string {
  return language === "fr" ? escapeText(text) : `<span lang="fr">${escapeText(text)}</span>`;
}
