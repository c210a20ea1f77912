import type { AccountHolder } from "../../domain/accounts.ts";
import { letterTo, type Sender } from "../../domain/letter.ts";
import type { MailBody } from "../../domain/mail-layout.ts";
import type { FactorKind } from "../../domain/second-factors.ts";
import { inFours } from "./rules.ts";

/** What has changed in how somebody signs in. */
export type FactorChange = { act: "added" | "removed"; kind: FactorKind } | { act: "codesMade" };

/** Tells the owner of a change; `at` in seconds. */
export function changedMail(sender: Sender, holder: AccountHolder, change: FactorChange, at: number): MailBody {
  const { t, words, moment, compose } = letterTo(sender, holder);
  return compose({
    subject: t("second-factor:changedMail.subject", words),
    paragraphs: [
      t("second-factor:changedMail.line1", words),
      change.act === "codesMade"
        ? t("second-factor:changedMail.codesMade")
        : t(`second-factor:changedMail.${change.act}.${change.kind}`),
      t("second-factor:changedMail.at", { moment: moment(at) }),
      t("second-factor:changedMail.notYou", { ...words, email: sender.organisation.privacyEmail }),
    ],
    stop: "security",
  });
}

/** The code to type, for whoever has just given the password. */
export function codeMail(sender: Sender, holder: AccountHolder, code: string): MailBody {
  const { t, words, compose } = letterTo(sender, holder);
  return compose({
    subject: t("second-factor:codeMail.subject", words),
    paragraphs: [
      t("second-factor:codeMail.line1", words),
      t("second-factor:codeMail.code", { code: inFours(code) }),
      t("second-factor:codeMail.validity"),
      t("second-factor:codeMail.notYou", words),
    ],
    stop: "security",
  });
}
