import { eq } from "drizzle-orm";
import { seconds } from "../lib/clock.ts";
import type { Deps } from "../platform/deps.ts";
import { type mails, oneTimeLinks } from "../platform/schema.ts";
import { hashToken } from "../platform/tokens.ts";
import { challengeSeconds } from "./challenges.ts";
import { isLinkOfChange } from "./change-links.ts";
import { hashMailContent, openMailContent } from "./mail-content.ts";
import type { MailContent } from "./mail-layout.ts";

type Mail = Pick<typeof mails.$inferSelect, "kind" | "contentSealed" | "queuedAt">;

/** A mail as it was queued. */
export type MailCopy = {
  content: MailContent;
  /** SHA-256 of the content as JSON, in hexadecimal: what the journal keeps when a mail is sent. */
  sha256: string;
  /** Something that may still open a door is shown as dots: the text is not the whole of what was hashed. */
  isMasked: boolean;
};

const codeKind = "sign-in.code";
const token = /(?<=\/)[\w-]{43}(?![\w-])/g;

/**
 * Opens the content of a mail to be read by somebody who is not its recipient, or by whoever holds their password:
 * links that still work, and codes while they may, are shown as dots.
 */
export function copyOfMail(deps: Pick<Deps, "db" | "clock" | "seal">, mail: Mail): MailCopy {
  const content = openMailContent(deps, mail.contentSealed);
  const sha256 = hashMailContent(content);
  const hasCode = mail.kind === codeKind && seconds(deps.clock) - mail.queuedAt <= challengeSeconds;
  const mask = (text: string) => {
    const safe = text.replace(token, (found) => (isKnownLink(deps, found) ? "…" : found));
    return hasCode ? safe.replace(/\d/g, "•") : safe;
  };
  const { subject, text, html, headers } = content;
  const shown = { subject: mask(subject), text: mask(text), html: mask(html), headers };
  const isMasked = shown.subject !== subject || shown.text !== text || shown.html !== html;
  return { content: shown, sha256, isMasked };
}

/** A lapsed link counts: as long as it is known, it brings a new one. */
function isKnownLink({ db }: Pick<Deps, "db">, found: string): boolean {
  const { tokenHash, purpose } = oneTimeLinks;
  return (
    db
      .select({ purpose })
      .from(oneTimeLinks)
      .where(eq(tokenHash, hashToken(found)))
      .get() !== undefined || isLinkOfChange({ db }, found)
  );
}
