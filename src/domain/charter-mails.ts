import { longDay } from "../lib/dates.ts";
import type { Language } from "../lib/languages.ts";
import type { T } from "../platform/i18n.ts";
import type { Charter } from "./charter.ts";
import type { CharterChanges } from "./charter-changes.ts";
import { letterTo, type Sender } from "./letter.ts";
import type { MailBody } from "./mail-layout.ts";

/** Whom a version of the charter is announced to. */
export type Told = { email: string; language: Language; firstNames: string };

/**
 * Announces a version: what changes, where to read it, until when (seconds) and how to contest it, and how to leave.
 */
export function charterMail(
  sender: Sender,
  told: Told,
  charter: Charter & { changes: CharterChanges; previous: number },
  contestableUntil: number,
): MailBody {
  const { t, words: usual, moment, compose } = letterTo(sender, told);
  const { origin, organisation } = sender;
  const { number, previous, effectiveOn, changes } = charter;
  const words = {
    ...usual,
    number,
    previous,
    day: longDay(effectiveOn, told.language),
    moment: moment(contestableUntil),
    email: organisation.privacyEmail,
  };
  return compose({
    subject: t("charter:mail.subject", words),
    paragraphs: [t("charter:mail.hello", words), t("charter:mail.what", words), changesText(t, changes)],
    action: { label: t("charter:mail.read", words), url: `${origin}/charter/versions/${number}` },
    after: [
      `${t("charter:mail.contest", words)}\n${origin}/charter/contest?version=${number}`,
      t("charter:mail.silence", words),
      `${t("charter:mail.leave", words)}\n${origin}/account/delete`,
      t("charter:mail.leaveOtherwise", words),
    ],
    stop: "charter",
  });
}

/** One line for each part of the charter that differs, its heading in French as the charter is. */
function changesText(t: T, { added, changed, removed }: CharterChanges): string {
  const line = (kind: "added" | "changed" | "removed") => (heading: string) =>
    t(`charter:changes.${kind}`, { heading: heading || t("charter:changes.introduction") });
  const lines = [...added.map(line("added")), ...changed.map(line("changed")), ...removed.map(line("removed"))];
  return lines.length > 0 ? [t("charter:changes.title"), ...lines].join("\n") : t("charter:changes.none");
}
