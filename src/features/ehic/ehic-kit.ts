import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "../../../test/kit/browser.ts";
import type { Portal } from "../../../test/kit/portal.ts";
import { settleCard, tellSentCards } from "../../domain/card-settling.ts";
import { exportFeed } from "../../feeds/export.ts";
import { importFeed } from "../../feeds/import.ts";

export const flat = (text: string | undefined | null) => (text ?? "").replace(/\s+/g, " ").trim();
export const main = ({ document }: Page) => flat(document.querySelector("main")?.textContent);
export const faults = ({ document }: Page) =>
  [...document.querySelectorAll(".errors a")].map((link) => link.getAttribute("href")!.slice(1));

/** A stay of two weeks that begins two months after the day of the tests. */
export const trip = {
  country: "ES",
  departureDay: "20",
  departureMonth: "janvier",
  departureYear: "2027",
  returnDay: "3",
  returnMonth: "02",
  returnYear: "2027",
};

export const forLeo = { ...trip, beneficiaries: "P0007" };

type Row = {
  request_id: string;
  member_id: string;
  asked_by: string;
  state: string;
  reason: string | null;
  version: number;
};

/** The requests kept, oldest first. */
export const rowsOf = ({ db }: Portal): Row[] =>
  db.$client
    .prepare<[], Row>(
      "SELECT request_id, member_id, asked_by, state, reason, version FROM card_requests ORDER BY rowid",
    )
    .all();

export const statesOf = (portal: Portal) => rowsOf(portal).map(({ state }) => state);
export const count = ({ db }: Portal, sql: string) =>
  db.$client.prepare<[], number>(`SELECT count(*) ${sql}`).pluck().get()!;

/** What the operator's export does. */
export function exportAll(portal: Portal) {
  const written = exportFeed(portal, join(portal.dataDir, "outbox"));
  tellSentCards(portal);
  return written;
}

let files = 0;

/** Loads a file `ceam` as the back office writes it. */
export async function load(
  portal: Portal,
  lines: string[],
  header = "op;version;maj_le;demande_id;personne_id;statut;num_carte;expire_le",
) {
  const inbox = join(portal.dataDir, "in");
  mkdirSync(inbox, { recursive: true });
  const path = join(inbox, `ceam_20261124060000_${++files}.csv`);
  writeFileSync(path, `${[header, ...lines].join("\n")}\n`);
  return importFeed(
    {
      ...portal,
      invite: () => false,
      identityChanged: () => {},
      changeAnswered: () => {},
      cardAnswered: (answer) => void settleCard(portal, answer),
    },
    { paths: [path], inbox, rejectsDir: join(portal.dataDir, "rejects") },
  );
}

/** Takes what stands in the way: every card that the demo has for these people. */
export function forgetCards(portal: Portal, ...memberIds: string[]): void {
  for (const memberId of memberIds)
    portal.db.$client.prepare("DELETE FROM ehic_requests WHERE member_id = ?").run(memberId);
}
