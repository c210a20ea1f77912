import { readFileSync } from "node:fs";
import type { Portal } from "../../../test/kit/portal.ts";
import { openTextContent } from "../../domain/text-outbox.ts";

export const password = "Demo-2026!";
export const goodIban = "FR7630004001230000045678904";
export const otherIban = "DE89370400440532013000";
export const lille = {
  line1: "Mme Alice LEFÈVRE",
  line2: "Chambre 214",
  line3: "Résidence Les Tilleuls",
  line4: "14, rue des Lilas",
  line5: "",
  line6: "59000 Lille",
  country: "FR",
};

export const bank = { usage: "amc", iban: goodIban, bic: "", holder: "Alice Lefèvre", password };

type Row = {
  change_id: string;
  kind: string;
  usage: string | null;
  state: string;
  due_at: number;
  reason: string | null;
};

/** The requests kept, oldest first. */
export function rowsOf({ db }: Portal, memberId = "P0001"): Row[] {
  return db.$client
    .prepare<[string], Row>(
      "SELECT change_id, kind, usage, state, due_at, reason FROM changes WHERE member_id = ? ORDER BY requested_at, rowid",
    )
    .all(memberId);
}

export const statesOf = (portal: Portal, memberId?: string) => rowsOf(portal, memberId).map(({ state }) => state);

/** The texts queued, oldest first. */
export function textsTo({ db, seal }: Portal, recipient: string): { kind: string; text: string }[] {
  return db.$client
    .prepare<[string], { kind: string; content_sealed: Buffer }>(
      "SELECT kind, content_sealed FROM texts WHERE recipient = ? ORDER BY text_id",
    )
    .all(recipient)
    .map(({ kind, content_sealed }) => ({ kind, text: openTextContent(seal, content_sealed).text }));
}

export const codeTo = (portal: Portal, recipient: string) =>
  /\d{6}/.exec(textsTo(portal, recipient).findLast(({ kind }) => kind === "change.code")?.text ?? "")?.[0] ?? "";

/** A link of the latest mail of a kind to an address. */
export function linkTo(portal: Portal, recipient: string, kind: string, path: string): string {
  const mail = portal.mailsTo(recipient).findLast((one) => one.kind === kind);
  const found = new RegExp(`${path}/[\\w-]{43}`).exec(mail?.text ?? "");
  if (!found) throw new Error(`no link ${path} in a mail ${kind} to ${recipient}`);
  return found[0];
}

export function factsOf({ db }: Portal, memberId = "P0001"): [string, string][] {
  return db.$client
    .prepare<[string], { kind: string; details: string }>(
      "SELECT kind, details FROM evidence WHERE member_id = ? AND kind LIKE 'change.%' ORDER BY sequence",
    )
    .all(memberId)
    .map(({ kind, details }) => [kind, details]);
}

/** Whether a text stands anywhere in the base file or its log, as bytes. */
export function isOnDisk({ db, dataDir }: Portal, text: string): boolean {
  db.$client.pragma("wal_checkpoint(TRUNCATE)");
  return readFileSync(`${dataDir}/espace.db`).includes(text);
}
