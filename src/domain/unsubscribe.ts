import type { Config } from "../platform/config.ts";
import type { Deps } from "../platform/deps.ts";
import type { Seal } from "../platform/seal.ts";
import type { Client } from "../platform/sessions.ts";
import { findAccountById } from "./accounts.ts";
import { type Choice, changeChoices, choices } from "./preferences.ts";

/** What a link stops, and for whom. */
export type Unsubscription = { accountId: string; list: Choice };

const place = "unsubscribe.token";

/**
 * The token of the link that stops one list for one account. Nothing of it is kept: it opens as long as the key that
 * sealed it is among those of `SECRET_KEY`, and says nothing to who reads it.
 */
export function unsubscribeToken(seal: Seal, accountId: string, list: Choice): string {
  return seal.seal(place, `${list} ${accountId}`).toString("base64url");
}

/** What a token stops; undefined for anything that is no token of ours. */
export function readUnsubscribeToken(seal: Seal, token: string): Unsubscription | undefined {
  if (!/^[\w-]{60,400}$/.test(token)) return undefined;
  try {
    const [name, accountId] = seal.open(place, Buffer.from(token, "base64url")).split(" ");
    const list = choices.find((choice) => choice === name);
    return list && accountId ? { accountId, list } : undefined;
  } catch {
    return undefined;
  }
}

/** The public address of the link of a token. */
export function unsubscribeUrl({ origin }: Pick<Config, "origin">, token: string): string {
  return `${origin}/unsubscribe/${token}`;
}

/**
 * The headers by which mail programs offer to stop a list in one click (RFC 2369, RFC 8058): by a POST without cookie
 * to the link, or by a mail that names it.
 */
export function unsubscribeHeaders(config: Pick<Config, "organisation">, url: string): Record<string, string> {
  const subject = `unsubscribe%20${url.slice(url.lastIndexOf("/") + 1)}`;
  return {
    "List-Unsubscribe": `<${url}>, <mailto:${config.organisation.privacyEmail}?subject=${subject}>`,
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
  };
}

/**
 * Stops what a link stops, at once; of an account that is gone, or a list that is off, there is nothing to stop.
 * @param client who posted: a browser, or the mail server of the reader.
 * @returns true when the list was on until now.
 */
export function unsubscribe(
  deps: Pick<Deps, "db" | "clock" | "seal">,
  { accountId, list }: Unsubscription,
  client: Client,
): boolean {
  const account = findAccountById(deps, accountId);
  if (!account) return false;
  const { memberId } = account;
  const changes = { [list]: false };
  const change = { accountId, memberId, changes, actor: "visitor", channel: "unsubscribe", client } as const;
  return changeChoices(deps, change).length > 0;
}
