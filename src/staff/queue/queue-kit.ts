import type { Browser, Page } from "../../../test/kit/browser.ts";
import type { Portal } from "../../../test/kit/portal.ts";

export const flat = (text: string | undefined | null) => (text ?? "").replace(/\s+/g, " ").trim();
export const main = ({ document }: Page) => flat(document.querySelector("main")?.textContent);
export const faults = ({ document }: Page) =>
  [...document.querySelectorAll(".errors a")].map((link) => link.getAttribute("href")!.slice(1));
export const seenOn = ({ document }: Page) => document.querySelector("input[name=seen]")?.getAttribute("value") ?? "";
export const buttonsOn = ({ document }: Page) =>
  [...document.querySelectorAll("button[name=decision]")].map((button) => button.getAttribute("value"));
export const rowsOn = ({ document }: Page) =>
  [...document.querySelectorAll("main tbody tr")].map((row) => [...row.children].map((cell) => flat(cell.textContent)));
export const linksOn = ({ document }: Page) =>
  [...document.querySelectorAll("main tbody th a")].map((link) => link.getAttribute("href")!);

/** The facts of a kind, oldest first: who they are about, who did it, and what was written. */
export const factsOf = ({ db }: Portal, kind: string) =>
  db.$client
    .prepare<[string], { member_id: string | null; actor: string; details: string }>(
      "SELECT member_id, actor, details FROM evidence WHERE kind = ? ORDER BY sequence",
    )
    .all(kind)
    .map(({ member_id, actor, details }) => ({ memberId: member_id, actor, details: JSON.parse(details) }));

export const mailsOf = (portal: Portal, kind: string, to = "alice@demo.example") =>
  portal.mailsTo(to).filter((mail) => mail.kind === kind);

/** Somebody sends the same form many times at once, from two desks. */
export async function atOnce(browsers: Browser[], path: string, fields: Record<string, string>, times = 20) {
  const sent = Array.from({ length: times }, (_, index) => browsers[index % browsers.length]!.post(path, fields));
  const pages = await Promise.all(sent);
  return {
    won: pages.filter(({ status }) => status === 303).length,
    conflicts: pages.filter(({ status }) => status === 409),
    others: pages.filter(({ status }) => status !== 303 && status !== 409).map(({ status }) => status),
  };
}
