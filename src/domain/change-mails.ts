import type { T } from "../platform/i18n.ts";
import type { AccountHolder } from "./accounts.ts";
import type { Change, ChangeContent } from "./changes.ts";
import { letterIn, letterTo, type Sender } from "./letter.ts";
import type { MailBody } from "./mail-layout.ts";

/** A link of a mail, and its moment of expiry in seconds. */
export type Link = { url: string; expiresAt: number };

/** What a request is about, in words: never what it asks for. */
export function nameOfChange(t: T, content: ChangeContent, organisation: string): string {
  return content.kind === "iban"
    ? t(`changes:usages.${content.usage}`, { organisation })
    : t(`changes:kinds.${content.kind}`);
}

/** What every mail about a request is written with: among its words, what the request is about. */
export function changeLetter(sender: Sender, holder: AccountHolder, content: ChangeContent) {
  const letter = letterTo(sender, holder);
  const what = nameOfChange(letter.t, content, sender.organisation.name);
  return { ...letter, words: { ...letter.words, what } };
}

const stepTexts = {
  confirmed: "confirmedMail",
  cancelled: "cancelledMail",
  applied: "settledMail.applied",
  refused: "settledMail.refused",
} as const;

/**
 * Tells the owner of an account how far a request has come: proven and handed on, cancelled, or answered by the back
 * office; why it refused is read in the portal, where nobody else reads. `at` in seconds.
 */
export function stepMail(
  sender: Sender,
  holder: AccountHolder,
  { content }: Pick<Change, "content">,
  { step, at }: { step: keyof typeof stepTexts; at: number },
): MailBody {
  const { t, words: usual, moment, compose } = changeLetter(sender, holder, content);
  const words = { ...usual, moment: moment(at) };
  const texts = stepTexts[step];
  return compose({
    subject: t(`changes:${texts}.subject`, words),
    paragraphs: [t("changes:mail.hello", words), t(`changes:${texts}.text`, words)],
    action: { label: t("changes:mail.see"), url: `${sender.origin}/dossier/changes` },
    after: [t("changes:mail.question", words)],
    stop: "request",
  });
}

/** To the new address: nobody is named there, it may have been mistyped. */
export function confirmMail(sender: Sender, { language }: AccountHolder, { url, expiresAt }: Link): MailBody {
  const { t, words: usual, moment, compose } = letterIn(sender, language);
  const words = { ...usual, moment: moment(expiresAt) };
  return compose({
    subject: t("changes:confirmMail.subject", words),
    paragraphs: [t("changes:confirmMail.hello"), t("changes:confirmMail.text", words)],
    action: { label: t("changes:confirmMail.action"), url },
    after: [t("changes:confirmMail.validity", words), t("changes:confirmMail.notYou")],
    stop: "security",
  });
}

/** To the address on file, at once: what was asked for, and how to block the account when it was somebody else. */
export function alertMail(
  sender: Sender,
  holder: AccountHolder,
  asked: ChangeContent[],
  at: number,
  freeze: Link,
): MailBody {
  const { t, words, moment, compose } = changeLetter(sender, holder, asked[0]!);
  const names = asked.map((content) => `– ${nameOfChange(t, content, sender.organisation.name)}`).join("\n");
  return compose({
    subject: t("changes:alertMail.subject", words),
    paragraphs: [
      t("changes:mail.hello", words),
      `${t("changes:alertMail.text", { moment: moment(at) })}\n${names}`,
      t("changes:alertMail.notYou"),
    ],
    action: { label: t("changes:freeze"), url: freeze.url },
    after: [
      t("changes:freezeUntil", { moment: moment(freeze.expiresAt) }),
      t("changes:alertMail.you", { url: `${sender.origin}/dossier/changes` }),
      t("changes:mail.question", words),
    ],
    stop: "security",
  });
}
