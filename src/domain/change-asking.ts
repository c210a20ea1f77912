import { seconds } from "../lib/clock.ts";
import { canBeTexted } from "../lib/phone.ts";
import { fail, ok } from "../lib/result.ts";
import type { Deps } from "../platform/deps.ts";
import { tFor } from "../platform/i18n.ts";
import type { Client } from "../platform/sessions.ts";
import { type AccountHolder, findAccountHolder } from "./accounts.ts";
import { alertMail } from "./change-mails.ts";
import { addChange, type Change, type ChangeContent, findOpenChange } from "./changes.ts";
import { findContact } from "./contact.ts";
import { freezeLink, freezeLinkSeconds } from "./freezing.ts";
import type { MailBody } from "./mail-layout.ts";
import { queueMail } from "./outbox.ts";
import { queueText } from "./text-outbox.ts";
import { countUse } from "./throttle.ts";

export type AskDeps = Pick<Deps, "db" | "clock" | "seal" | "config">;
/** Who asks, and from where. */
export type Asker = { accountId: string; memberId: string; client: Client };
/** A request that has just been kept. */
export type Asked = Pick<Change, "changeId" | "memberId" | "content" | "requestedAt">;

/** Keeps the requests, all or none; in the caller's transaction. */
export function beginChanges(deps: AskDeps, { memberId, client }: Asker, contents: ChangeContent[]) {
  const holder = findAccountHolder(deps, memberId);
  if (!holder) return fail("gone");
  const taken = contents.map((content) => findOpenChange(deps, memberId, content)).find((one) => one !== undefined);
  if (taken) return { ...fail("open"), open: taken };
  const { label, network } = client;
  const asked = contents.map((content) => {
    const changeId = addChange(deps, memberId, content, { label, network });
    if (changeId === undefined) throw new Error("a request is open that was not found a moment ago");
    return { changeId, memberId, content, requestedAt: seconds(deps.clock) };
  });
  return ok({ holder, asked });
}

/** Tells the owner at the address on file, and on the mobile that is known to be theirs. */
export function alertOwner(
  deps: AskDeps,
  holder: AccountHolder,
  contents: ChangeContent[],
  at = seconds(deps.clock),
): void {
  const freeze = freezeLink(deps, holder.memberId, freezeLinkSeconds.afterChange);
  mailOwner(deps, holder, { kind: "change.alert", body: alertMail(deps.config, holder, contents, at, freeze) });
  alertByText(deps, holder, contents[0]!.kind);
}

/** The same in a text message, to a mobile that was proven; one an hour about changes of one kind says enough. */
export function alertByText(deps: AskDeps, { memberId, language }: AccountHolder, kind: ChangeContent["kind"]): void {
  const { organisation } = deps.config;
  const contact = findContact(deps.db, memberId);
  if (!contact?.mobile || contact.mobileVerifiedAt === null || !canBeTexted(contact.mobile)) return;
  if (countUse(deps, "changeAlert", `${memberId} ${kind}`) > 0) return;
  const text = tFor(language)("changes:alertText", { organisation: organisation.name, phone: organisation.phone });
  queueText(deps, { kind: "change.alert", memberId, to: contact.mobile, text });
}

type Mailing = { kind: string; to?: string; body: MailBody };

/** Queues a mail about a request, in the caller's transaction; to the address on file unless told. */
export function mailOwner(
  deps: AskDeps,
  { memberId, email, language }: AccountHolder,
  { kind, to = email, body }: Mailing,
): void {
  queueMail(deps, { kind, memberId, to, language, body, urgent: true });
}
