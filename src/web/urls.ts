import type { Language } from "../lib/languages.ts";

/** Every address of the portal, in one place. */
export const urls = {
  home: "/",
  login: "/login",
  loginThen: (next: string) => `/login?next=${encodeURIComponent(next)}`,
  logout: "/logout",
  activate: (token: string) => `/activate/${token}`,
  charter: "/charter",
  dashboard: "/dashboard",
  reimbursements: "/reimbursements",
  payment: (id: string) => `/reimbursements/${encodeURIComponent(id)}`,
  reimbursementsCsv: "/reimbursements/export.csv",
};

/** The same address in another language; other parameters are kept. */
export function inLanguage(address: URL, language: Language): string {
  const query = new URLSearchParams(address.search);
  query.set("lang", language);
  return `${address.pathname}?${query}`;
}

/**
 * A place of this portal to go to after sign-in, or undefined for anything that could lead elsewhere:
 * `//evil`, `/\evil`, `https:evil`, control characters.
 */
export function safeNext(text: string | undefined, origin: string): string | undefined {
  if (!text || text.length > 2_000 || !/^\/(?![/\\])/.test(text)) return undefined;
  if (/[\p{Cc}\\]/u.test(text)) return undefined;
  if (!URL.canParse(text, origin)) return undefined;
  const url = new URL(text, origin);
  return url.origin === new URL(origin).origin ? url.pathname + url.search : undefined;
}
