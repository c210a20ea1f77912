import { seconds } from "../lib/clock.ts";
import { longDay } from "../lib/dates.ts";
import type { Deps } from "../platform/deps.ts";
import type { AccountHolder } from "./accounts.ts";
import { letterTo } from "./letter.ts";
import type { MailBody } from "./mail-layout.ts";
import { keptAfterDeletion } from "./retention.ts";

/** The receipt of a deletion: what happened, what is kept, why and until when, and what comes by post again. */
export function deletionReceipt(
  { config, clock }: Pick<Deps, "config" | "clock">,
  holder: AccountHolder,
  { why, paper }: { why: "request" | "inactivity"; paper: boolean },
): MailBody {
  const { organisation, origin } = config;
  const { t, words: usual, moment, compose } = letterTo(config, holder);
  const words = { ...usual, moment: moment(seconds(clock)) };
  const kept = keptAfterDeletion(clock).map(({ what, until }) => {
    const day = until ? longDay(until, holder.language) : "";
    return [
      t(`deletion:kept.${what}.what`),
      t("deletion:kept.label.why", { why: t(`deletion:kept.${what}.why`) }),
      t("deletion:kept.label.until", { until: t(`deletion:kept.${what}.until`, { day }) }),
    ].join("\n");
  });
  return compose({
    subject: t("deletion:receipt.subject", words),
    paragraphs: [
      t("deletion:receipt.hello", words),
      t(`deletion:receipt.${why}`, words),
      t("deletion:receipt.effects"),
      ...(paper ? [t("deletion:paper")] : []),
      t("deletion:receipt.kept"),
      ...kept,
      t("deletion:receipt.again"),
    ],
    action: { label: t("deletion:receipt.register"), url: `${origin}/register` },
    after: [t("deletion:receipt.notYou", { ...words, email: organisation.privacyEmail })],
    stop: "security",
  });
}
