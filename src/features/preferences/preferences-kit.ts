import type { Browser } from "../../../test/kit/browser.ts";
import type { Portal } from "../../../test/kit/portal.ts";
import { readChoices } from "../../domain/preferences.ts";

export type Row = { kind: string; actor: string; details: Record<string, string> };

export function accountOf({ db }: Portal, memberId = "P0001"): string {
  return db.$client.prepare<[string], string>("SELECT id FROM accounts WHERE member_id = ?").pluck().get(memberId)!;
}

/** The choices that are on. */
export function onOf(portal: Portal, memberId = "P0001"): string[] {
  const chosen = readChoices(portal, accountOf(portal, memberId));
  return Object.entries(chosen).flatMap(([choice, isOn]) => (isOn ? [choice] : []));
}

/** What the journal proves of the choices of a member, oldest first: `+offers preferences`, `-offers post`. */
export function provenOf({ db }: Portal, memberId = "P0001"): string[] {
  return db.$client
    .prepare<[string], { kind: string; details: string }>(
      "SELECT kind, details FROM evidence WHERE member_id = ? AND kind LIKE 'consent.%' ORDER BY sequence",
    )
    .all(memberId)
    .map(({ kind, details }) => {
      const { list, channel } = JSON.parse(details) as Record<string, string>;
      return `${kind === "consent.given" ? "+" : "-"}${list} ${channel}`;
    });
}

/** What the form of the page would send now, as a browser without JavaScript sends it; boxes ticked or not as told. */
export async function formOf(
  browser: Browser,
  ticks: Record<string, boolean> = {},
  typed: Record<string, string> = {},
) {
  const { document } = await browser.get("/preferences");
  const fields: [string, string][] = [];
  for (const input of document.querySelectorAll("#preferences input, #preferences select")) {
    const name = input.getAttribute("name")!;
    const isTicked = ticks[name] ?? input.hasAttribute("checked");
    if (input.getAttribute("type") === "checkbox" && !isTicked) continue;
    const chosen = input.querySelector("option[selected]")?.getAttribute("value");
    fields.push([name, typed[name] ?? chosen ?? input.getAttribute("value") ?? ""]);
  }
  return fields;
}
