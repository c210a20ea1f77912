import { nameOfChange } from "../../domain/change-mails.ts";
import type { Change } from "../../domain/changes.ts";
import { longMoment } from "../../lib/dates.ts";
import { phoneText } from "../../lib/phone.ts";
import type { T } from "../../platform/i18n.ts";
import type { Faults } from "../../web/forms.ts";
import type { ChangeWords } from "../../web/ui/change.tsx";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { Field } from "../../web/ui/field.tsx";
import { Notice } from "../../web/ui/notice.tsx";
import { urls } from "../../web/urls.ts";

type CodeProps = { t: T; changeId: string; mobile: string; sent: boolean; faults: Faults<"code"> };

/** The code that went to a new mobile, and a button for another. */
export function GiveCode({ t, changeId, mobile, sent, faults }: CodeProps) {
  const labels = { code: t("changes:code.label") };
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={labels} />
      <p>
        <a href={urls.changes}>{t("changes:list.title")}</a>
      </p>
      <h1>{t("changes:code.title")}</h1>
      {sent && (
        <Notice>
          <p>{t("changes:code.sentAgain")}</p>
        </Notice>
      )}
      <p>{t("changes:code.intro", { mobile: phoneText(mobile) })}</p>
      <form action={urls.confirmMobile(changeId)} method="post" novalidate>
        <Field
          t={t}
          name="code"
          label={labels.code}
          hint={t("changes:code.hint")}
          fault={faults.code}
          autocomplete="one-time-code"
          inputmode="numeric"
          required
        />
        <button type="submit">{t("changes:code.submit")}</button>
      </form>
      <h2>{t("changes:code.nothing")}</h2>
      <p>{t("changes:code.nothingText")}</p>
      <form action={urls.changeCode(changeId)} method="post">
        <button type="submit" name="send" value="on" class="secondary">
          {t("changes:code.again")}
        </button>
      </form>
    </>
  );
}

/** Behind the link of the mail to a new address: a scanner that opens it changes nothing. */
export function ConfirmEmail({ t, token, email }: { t: T; token: string; email: string }) {
  return (
    <>
      <h1>{t("changes:email.title")}</h1>
      <p>{t("changes:email.text", { email })}</p>
      <form action={urls.confirmEmail(token)} method="post">
        <button type="submit" name="confirm" value="on">
          {t("changes:email.submit")}
        </button>
      </form>
      <p>
        <a href={urls.changes}>{t("changes:email.not")}</a>
      </p>
    </>
  );
}

export function EmailLapsed({ t }: { t: T }) {
  return (
    <>
      <h1>{t("changes:emailLapsed.title")}</h1>
      <p>{t("changes:emailLapsed.text")}</p>
      <p>
        <a class="button" href={urls.changes}>
          {t("changes:list.title")}
        </a>
      </p>
    </>
  );
}

type StopProps = ChangeWords & { token: string; change: Change };

/** Behind the link that stops a bank account before it is handed on; whoever holds the mailbox may. */
export function StopBank({ t, language, organisation, token, change }: StopProps) {
  return (
    <>
      <h1>{t("changes:stop.title")}</h1>
      <p>
        {t("changes:stop.text", {
          what: nameOfChange(t, change.content, organisation.name),
          moment: longMoment(change.requestedAt * 1000, language),
        })}
      </p>
      <form action={urls.stopChange(token)} method="post">
        <button type="submit" name="cancel" value="on">
          {t("changes:stop.submit")}
        </button>
      </form>
    </>
  );
}

export function Stopped({ t, done, phone }: { t: T; done: boolean; phone: string }) {
  return (
    <>
      <h1>{t(done ? "changes:stopped.title" : "changes:stopLapsed.title")}</h1>
      <p>{t(done ? "changes:stopped.text" : "changes:stopLapsed.text", { phone })}</p>
      <p>
        <a href={urls.helpCredentials}>{t("help:title")}</a>
      </p>
      <p>
        <a href={urls.changes}>{t("changes:list.title")}</a>
      </p>
    </>
  );
}
