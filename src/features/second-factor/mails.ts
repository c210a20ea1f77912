import type { AccountHolder } from "../../domain/accounts.ts";
import { composeMail, type MailBody } from "../../domain/mail-layout.ts";
import type { FactorKind } from "../../domain/second-factors.ts";
import { longMoment } from "../../lib/dates.ts";
import type { Config } from "../../platform/config.ts";
import { tFor } from "../../platform/i18n.ts";
import { inFours } from "./rules.ts";

type Sender = Pick<Config, "organisation" | "origin">;

/** What has changed in how somebody signs in. */
export type FactorChange = { act: "added" | "removed"; kind: FactorKind } | { act: "codesMade" };

/** Tells the owner of a change; `at` in seconds. */
export function changedMail(
  { organisation, origin }: Sender,
  holder: AccountHolder,
  change: FactorChange,
  at: number,
): MailBody {
  const { language } = holder;
  const t = tFor(language);
  const words = { name: holder.firstNames.split(" ")[0]!, organisation: organisation.name };
  return composeMail({
    language,
    organisation,
    origin,
    subject: t("second-factor:changedMail.subject", words),
    paragraphs: [
      t("second-factor:changedMail.line1", words),
      change.act === "codesMade"
        ? t("second-factor:changedMail.codesMade")
        : t(`second-factor:changedMail.${change.act}.${change.kind}`),
      t("second-factor:changedMail.at", { moment: longMoment(at * 1000, language) }),
      t("second-factor:changedMail.notYou", { phone: organisation.phone, email: organisation.privacyEmail }),
    ],
    stop: "security",
  });
}

/** The code to type, for whoever has just given the password. */
export function codeMail({ organisation, origin }: Sender, holder: AccountHolder, code: string): MailBody {
  const { language } = holder;
  const t = tFor(language);
  const words = { name: holder.firstNames.split(" ")[0]!, organisation: organisation.name };
  return composeMail({
    language,
    organisation,
    origin,
    subject: t("second-factor:codeMail.subject", words),
    paragraphs: [
      t("second-factor:codeMail.line1", words),
      t("second-factor:codeMail.code", { code: inFours(code) }),
      t("second-factor:codeMail.validity"),
      t("second-factor:codeMail.notYou", { phone: organisation.phone }),
    ],
    stop: "security",
  });
}
