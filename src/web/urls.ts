import type { Language } from "../lib/languages.ts";

/** Every address of the portal, in one place. */
export const urls = {
  home: "/",
  login: "/login",
  loginThen: (next: string) => `/login?next=${encodeURIComponent(next)}`,
  logout: "/logout",
  activate: (token: string) => `/activate/${token}`,
  forgot: "/password/forgot",
  reset: (token: string) => `/password/reset/${token}`,
  account: "/account",
  accountPassword: "/account/password",
  accountActivity: "/account/activity",
  charter: "/charter",
  dashboard: "/dashboard",
  reimbursements: "/reimbursements",
  payment: (id: string) => `/reimbursements/${encodeURIComponent(id)}`,
  reimbursementsCsv: "/reimbursements/export.csv",
};

/** The same page in another language: its path, and the other parameters of its full address. */
export function inLanguage(path: string, address: string, language: Language): string {
  // A page that does not exist may be called `//evil`: as a link, that would be another host.
  const here = path.replace(/^[/\\]+/, "/");
  const mark = address.indexOf("?");
  if (mark < 0) return `${here}?lang=${language}`;
  const query = new URLSearchParams(address.slice(mark));
  query.set("lang", language);
  return `${here}?${query}`;
}

/**
 * A place of this portal to go to after sign-in, or undefined for anything that could lead elsewhere:
 * `//evil`, `/\evil`, `/.//evil`, `https:evil`, control characters.
 */
export function safeNext(text: string | undefined, origin: string): string | undefined {
  if (!text || text.length > 2_000 || !/^\/(?![/\\])/.test(text)) return undefined;
  if (/[\p{Cc}\\]/u.test(text)) return undefined;
  if (!URL.canParse(text, origin)) return undefined;
  const url = new URL(text, origin);
  // Dots are resolved by now: what is left may start with two slashes and name another host.
  if (url.origin !== new URL(origin).origin || url.pathname.startsWith("//")) return undefined;
  return url.pathname + url.search;
}
