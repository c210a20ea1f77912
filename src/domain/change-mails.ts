import { longMoment } from "../lib/dates.ts";
import type { Config } from "../platform/config.ts";
import { type T, tFor } from "../platform/i18n.ts";
import type { AccountHolder } from "./accounts.ts";
import type { ChangeContent } from "./changes.ts";
import { composeMail, type MailBody } from "./mail-layout.ts";

type Sender = Pick<Config, "organisation" | "origin">;

/** What a request is about, in words: never what it asks for. */
export function nameOfChange(t: T, content: ChangeContent, organisation: string): string {
  return content.kind === "iban"
    ? t(`changes:usages.${content.usage}`, { organisation })
    : t(`changes:kinds.${content.kind}`);
}

/** The words that begin every mail about a request. */
export function changeWords(t: T, { firstNames }: AccountHolder, content: ChangeContent, { organisation }: Sender) {
  return {
    name: firstNames.split(" ")[0]!,
    organisation: organisation.name,
    phone: organisation.phone,
    what: nameOfChange(t, content, organisation.name),
  };
}

/** Tells that the back office has answered; why it refused is read in the portal, where nobody else reads. */
export function settledMail(
  sender: Sender,
  holder: AccountHolder,
  content: ChangeContent,
  { result, at }: { result: "applied" | "refused"; at: number },
): MailBody {
  const { language } = holder;
  const t = tFor(language);
  const words = { ...changeWords(t, holder, content, sender), moment: longMoment(at * 1000, language) };
  return composeMail({
    language,
    ...sender,
    subject: t(`changes:settledMail.${result}.subject`, words),
    paragraphs: [t("changes:mail.hello", words), t(`changes:settledMail.${result}.text`, words)],
    action: { label: t("changes:mail.see"), url: `${sender.origin}/dossier/changes` },
    after: [t("changes:mail.question", words)],
    stop: "request",
  });
}
