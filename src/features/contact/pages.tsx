import { longestMessage, type Topic, topics } from "../../domain/threads.ts";
import type { T } from "../../platform/i18n.ts";
import type { Organisation } from "../../platform/organisation.ts";
import type { Faults, Typed } from "../../web/forms.ts";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { Field } from "../../web/ui/field.tsx";
import { Notice } from "../../web/ui/notice.tsx";
import { Select } from "../../web/ui/select.tsx";
import { TextArea } from "../../web/ui/text-area.tsx";
import { urls } from "../../web/urls.ts";
import type { About } from "./about.ts";
import { longestSubject } from "./schema.ts";

export type ContactField = "topic" | "subject" | "message" | "about";

type WaysProps = { t: T; organisation: Organisation };

/** For visitors: every way to reach the mutual, and how to write from inside. */
export function Ways({ t, organisation, signIn }: WaysProps & { signIn: string }) {
  const words = { organisation: organisation.name };
  return (
    <>
      <h1>{t("contact:title")}</h1>
      <h2>{t("contact:follow.title")}</h2>
      <p>{t("contact:follow.text", words)}</p>
      <p>
        <a class="button" href={signIn}>
          {t("contact:follow.signIn")}
        </a>
      </p>
      <p>
        <a href={urls.helpCredentials}>{t("help:title")}</a>
      </p>
      <OtherWays t={t} organisation={organisation} />
    </>
  );
}

function OtherWays({ t, organisation }: WaysProps) {
  const { phone, phoneLink, contactEmail, address, privacyEmail, privacyAddress } = organisation;
  return (
    <>
      <h2>{t("contact:ways.title")}</h2>
      <ul>
        <li>
          <a href={`tel:${phoneLink}`}>{t("contact:ways.phone", { phone })}</a>
        </li>
        <li>
          <a href={`mailto:${contactEmail}`}>{t("contact:ways.email", { email: contactEmail })}</a>
        </li>
        <li>{t("contact:ways.post", { address: address.join(", ") })}</li>
      </ul>
      <p>{t("contact:ways.noSecrets")}</p>
      <h2>{t("contact:rights.title")}</h2>
      <p>{t("contact:rights.text")}</p>
      <ul>
        <li>
          <a href={`mailto:${privacyEmail}`}>{t("contact:ways.email", { email: privacyEmail })}</a>
        </li>
        <li>{t("contact:ways.post", { address: privacyAddress.join(", ") })}</li>
      </ul>
    </>
  );
}

export type ContactProps = WaysProps & {
  about: About | undefined;
  /** The day by which a request about one's data would be answered, in words. */
  due: string;
  faults: Faults<ContactField>;
  typed: Typed<ContactField>;
  /** The number of a closed conversation that could not be written to. */
  closed: number | undefined;
};

/** The form of a new message, for who is signed in. */
export function Contact({ t, organisation, about, due, faults, typed, closed }: ContactProps) {
  const labels = {
    topic: t("contact:form.topic"),
    subject: t("contact:form.subject"),
    message: t("contact:form.message"),
  };
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={labels} />
      <h1>{t("contact:title")}</h1>
      {closed !== undefined && (
        <Notice>
          <p>{t("contact:closed.kept", { number: closed })}</p>
        </Notice>
      )}
      <p>
        {t("contact:intro")} <a href={urls.messages}>{t("contact:messages.title")}</a>
      </p>
      {about && (
        <p>
          {t("contact:about.label")} <a href={about.address}>{about.text}</a>
        </p>
      )}
      <form action={urls.contact} method="post" novalidate>
        {about && <input type="hidden" name="about" value={about.address} />}
        <Select
          t={t}
          name="topic"
          label={labels.topic}
          hint={t("contact:form.topicHint", { day: due })}
          options={topics.map((topic) => ({ value: topic, text: t(`contact:topics.${topic}`) }))}
          chosen={typed.topic ?? ("other" satisfies Topic)}
          fault={faults.topic}
        />
        <Field
          t={t}
          name="subject"
          label={labels.subject}
          hint={t("contact:form.subjectHint", { characters: longestSubject })}
          fault={faults.subject}
          value={typed.subject}
          maxlength={longestSubject}
          required
        />
        <TextArea
          t={t}
          name="message"
          label={labels.message}
          hint={t("contact:form.messageHint", { characters: longestMessage })}
          fault={faults.message}
          value={typed.message}
          maxlength={longestMessage}
          required
        />
        <button type="submit">{t("contact:form.submit")}</button>
      </form>
      <OtherWays t={t} organisation={organisation} />
    </>
  );
}
