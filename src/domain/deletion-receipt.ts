import { longDay, longMoment } from "../lib/dates.ts";
import type { Deps } from "../platform/deps.ts";
import { tFor } from "../platform/i18n.ts";
import type { AccountHolder } from "./accounts.ts";
import { composeMail, type MailBody } from "./mail-layout.ts";
import { keptAfterDeletion } from "./retention.ts";

/** The receipt of a deletion: what happened, what is kept, why and until when, and what comes by post again. */
export function deletionReceipt(
  { config, clock }: Pick<Deps, "config" | "clock">,
  { language, firstNames }: AccountHolder,
  { why, paper }: { why: "request" | "inactivity"; paper: boolean },
): MailBody {
  const { organisation, origin } = config;
  const t = tFor(language);
  const words = {
    name: firstNames.split(" ")[0]!,
    organisation: organisation.name,
    moment: longMoment(clock(), language),
  };
  const kept = keptAfterDeletion(clock).map(({ what, until }) => {
    const day = until ? longDay(until, language) : "";
    return [
      t(`deletion:kept.${what}.what`),
      t("deletion:kept.label.why", { why: t(`deletion:kept.${what}.why`) }),
      t("deletion:kept.label.until", { until: t(`deletion:kept.${what}.until`, { day }) }),
    ].join("\n");
  });
  return composeMail({
    language,
    organisation,
    origin,
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
    after: [t("deletion:receipt.notYou", { phone: organisation.phone, email: organisation.privacyEmail })],
    stop: "security",
  });
}
