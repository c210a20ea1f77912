import { eq } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import { canBeTexted } from "../lib/phone.ts";
import { fail, ok } from "../lib/result.ts";
import { write } from "../platform/database.ts";
import { accounts } from "../platform/schema.ts";
import type { AccountHolder } from "./accounts.ts";
import { type AskDeps, type Asker, alertOwner, beginChanges, mailOwner } from "./change-asking.ts";
import { confirmMail } from "./change-mails.ts";
import { changeRow } from "./change-rows.ts";
import { type ChangeContent, confirmSeconds, findOpenChange, handOn } from "./changes.ts";
import { findContact } from "./contact.ts";
import { countCode, sendCode } from "./mobile-codes.ts";
import { issueLink } from "./one-time-links.ts";
import { changeChoices } from "./preferences.ts";
import { countUse } from "./throttle.ts";

/** What is to change of an e-mail and a mobile; `mobile` null to have none any more. */
export type WantedContact = { email?: string; mobile?: string | null };

/**
 * Asks for another e-mail address, another mobile, or both: the link goes to the new address, the code to the new
 * number, and nothing leaves before they have come back. A number abroad gets no text message and is handed on as it
 * was typed.
 * @returns the id of the request whose code is awaited, if any; `open` with the request that must end first.
 */
export function askContact(deps: AskDeps, asker: Asker, wanted: WantedContact) {
  const { db, clock } = deps;
  const { accountId, memberId } = asker;
  return write(db, () => {
    const now = findContact(db, memberId);
    if (!now) return fail("gone");
    const contents: ChangeContent[] = [];
    if (wanted.email !== undefined) contents.push({ kind: "email", email: wanted.email, before: now.email });
    if (wanted.mobile !== undefined) {
      const before = { before: now.mobile, beforeVerifiedAt: now.mobileVerifiedAt };
      contents.push({ kind: "mobile", mobile: wanted.mobile, verified: false, ...before });
    }
    const taken = contents.map((content) => findOpenChange(deps, memberId, content)).find((one) => one !== undefined);
    if (taken) return { ...fail("open"), open: taken };
    const isTexted = typeof wanted.mobile === "string" && canBeTexted(wanted.mobile);
    const waitSeconds = Math.max(
      wanted.email === undefined ? 0 : countUse(deps, "changeMail", accountId),
      isTexted ? countCode(deps, accountId, wanted.mobile!) : 0,
      wanted.mobile !== undefined && !isTexted ? countUse(deps, "changeAccount", accountId) : 0,
    );
    if (waitSeconds > 0) return { ...fail("tooMany"), waitSeconds };
    const begun = beginChanges(deps, asker, contents);
    if (!begun.ok) return begun;
    const { holder, asked } = begun.value;
    let toConfirm: string | undefined;
    for (const change of asked) {
      if (change.content.kind === "email") sendConfirmLink(deps, holder, change.content.email);
      else if (isTexted) {
        sendCode(deps, holder, change);
        toConfirm = change.changeId;
      } else {
        handOn(deps, change, changeRow(change));
        if (wanted.mobile === null) forgetMobile(deps, asker);
      }
    }
    alertOwner(deps, holder, contents, seconds(clock));
    return ok({ toConfirm });
  });
}

function sendConfirmLink(deps: AskDeps, holder: AccountHolder, email: string): void {
  const { token, expiresAt } = issueLink(deps, "email_change", holder.memberId, confirmSeconds);
  const url = `${deps.config.origin}/dossier/email/${token}`;
  mailOwner(deps, holder, {
    kind: "change.link",
    to: email,
    body: confirmMail(deps.config, holder, { url, expiresAt }),
  });
}

/** The number goes from the account at once, and with it the alerts that went there. */
function forgetMobile(deps: AskDeps, { accountId, memberId }: Asker): void {
  deps.db.update(accounts).set({ mobile: null, mobileVerifiedAt: null }).where(eq(accounts.id, accountId)).run();
  changeChoices(deps, { accountId, memberId, changes: { alertSms: false }, actor: "member", channel: "contact" });
}
