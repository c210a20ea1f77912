import type { T } from "../platform/i18n.ts";
import type { AccountHolder } from "./accounts.ts";
import type { Change, ChangeContent } from "./changes.ts";
import { letterTo, type Sender } from "./letter.ts";
import type { MailBody } from "./mail-layout.ts";

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
