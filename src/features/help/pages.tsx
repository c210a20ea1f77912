import type { T } from "../../platform/i18n.ts";
import type { Organisation } from "../../platform/organisation.ts";
import type { Faults, Typed } from "../../web/forms.ts";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { Field } from "../../web/ui/field.tsx";
import { Notice } from "../../web/ui/notice.tsx";
import { Radios } from "../../web/ui/radios.tsx";
import { TextArea } from "../../web/ui/text-area.tsx";
import { urls } from "../../web/urls.ts";

export type ReportField = "kind" | "identifier" | "email" | "message";

type FormProps = {
  t: T;
  signedIn: boolean;
  faults: Faults<ReportField>;
  typed: Typed<ReportField>;
};

type HelpProps = FormProps & {
  organisation: Organisation;
  /** The session ended before the form came. */
  ended: boolean;
};

export function Help({ organisation, ended, ...form }: HelpProps) {
  const { t, faults } = form;
  const words = { organisation: organisation.name };
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={labelsOf(t)} />
      <h1>{t("help:title")}</h1>
      {ended && (
        <Notice>
          <p>{t("help:form.ended")}</p>
        </Notice>
      )}
      <p>{t("help:reminder", words)}</p>
      <h2>{t("help:lost.title")}</h2>
      <ul>
        <li>
          {t("help:lost.forgotten")} <a href={urls.forgot}>{t("password:forgot.title")}</a>
        </li>
        <li>
          {t("help:lost.change")} <a href={urls.accountPassword}>{t("password:change.title")}</a>
        </li>
        <li>{t("help:lost.block")}</li>
      </ul>
      <p>{t("help:lost.mail")}</p>
      <MailTo to={organisation.privacyEmail} subject={t("help:subject.lost", words)} />
      <h2>{t("help:phishing.title")}</h2>
      <p>{t("help:phishing.ignore")}</p>
      <p>{t("help:phishing.mail")}</p>
      <MailTo to={organisation.privacyEmail} subject={t("help:subject.phishing", words)} />
      <h2>{t("help:form.title")}</h2>
      <ReportForm {...form} />
      <h2>{t("help:law.title")}</h2>
      <p>{t("help:law.text")}</p>
      <p>{t("help:law.since")}</p>
    </>
  );
}

/** The charter fixes the subject to the letter: it stays French in every language. */
function MailTo({ to, subject }: { to: string; subject: string }) {
  return (
    <p>
      <a href={`mailto:${to}?subject=${encodeURIComponent(subject)}`}>
        {to} – <span lang="fr">{subject}</span>
      </a>
    </p>
  );
}

const labelsOf = (t: T) => ({
  kind: t("help:form.kind"),
  identifier: t("help:form.identifier"),
  email: t("help:form.email"),
  message: t("help:form.message"),
});

function ReportForm({ t, signedIn, faults, typed }: FormProps) {
  const labels = labelsOf(t);
  return (
    <form action={urls.helpCredentials} method="post" novalidate>
      <Kinds t={t} signedIn={signedIn} fault={faults.kind} chosen={typed.kind} />
      {!signedIn && (
        <Field
          t={t}
          name="identifier"
          label={labels.identifier}
          hint={t("help:form.identifierHint")}
          fault={faults.identifier}
          value={typed.identifier}
          autocomplete="username"
        />
      )}
      <Field
        t={t}
        name="email"
        label={labels.email}
        hint={t("help:form.emailHint")}
        fault={faults.email}
        value={typed.email}
        autocomplete="email"
        inputmode="email"
        required
      />
      <TextArea
        t={t}
        name="message"
        label={labels.message}
        hint={t("help:form.messageHint")}
        fault={faults.message}
        value={typed.message}
        rows={6}
        required
      />
      <button type="submit">{t("help:form.submit")}</button>
    </form>
  );
}

type KindsProps = { t: T; signedIn: boolean; fault: Faults[string]; chosen: string | undefined };

function Kinds({ t, signedIn, fault, chosen }: KindsProps) {
  const lostHint = signedIn ? t("help:form.lostSignedIn") : t("help:form.lostVisitor");
  const options = [
    { value: "lost", label: t("help:form.lost"), hint: lostHint },
    { value: "phishing", label: t("help:form.phishing"), hint: t("help:form.phishingHint") },
  ];
  return <Radios t={t} name="kind" legend={t("help:form.kind")} options={options} fault={fault} chosen={chosen} />;
}

/** The same words whatever was typed and whoever it belongs to. */
export function Sent({ t, phone }: { t: T; phone: string }) {
  return (
    <>
      <h1>{t("help:sent.title")}</h1>
      <p>{t("help:sent.receipt")}</p>
      <p>{t("help:sent.owner")}</p>
      <p>{t("help:sent.nothing", { phone })}</p>
    </>
  );
}

/** Nothing of the person: whoever blocked the account is signed out by now. */
export function Frozen({ t, number, phone }: { t: T; number: number; phone: string }) {
  return (
    <>
      <h1>{t("help:frozen.title")}</h1>
      <p>{t("help:frozen.number", { number })}</p>
      <p>{t("help:frozen.effect")}</p>
      <p>{t("help:frozen.next")}</p>
      <p>{t("help:frozen.question", { phone })}</p>
    </>
  );
}

export function AuditOpen({ t, number }: { t: T; number: number }) {
  return (
    <>
      <h1>{t("help:audit.title")}</h1>
      <p>{t("help:audit.number", { number })}</p>
      <p>{t("help:audit.what")}</p>
      <p>{t("help:audit.next")}</p>
      <p>
        <a href={urls.account}>{t("account:title")}</a>
      </p>
    </>
  );
}

export function Freeze({ t, action }: { t: T; action: string }) {
  return (
    <>
      <h1>{t("help:freeze.title")}</h1>
      <p>{t("help:freeze.text")}</p>
      <form action={action} method="post">
        {/* Named, because text browsers ask with GET for a form that sends nothing. */}
        <button type="submit" name="freeze" value="on">
          {t("help:freeze.submit")}
        </button>
      </form>
      <p>{t("help:freeze.keep")}</p>
    </>
  );
}

export function FreezeLapsed({ t, phone }: { t: T; phone: string }) {
  return (
    <>
      <h1>{t("help:lapsed.title")}</h1>
      <p>{t("help:lapsed.text")}</p>
      <p>{t("help:lapsed.phone", { phone })}</p>
      <p>
        <a class="button" href={urls.helpCredentials}>
          {t("help:lapsed.again")}
        </a>
      </p>
    </>
  );
}
