import { nameOfChange } from "../../domain/change-mails.ts";
import type { Change, ChangeContent } from "../../domain/changes.ts";
import { countryName } from "../../lib/countries.ts";
import { longMoment } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import { phoneText } from "../../lib/phone.ts";
import type { T } from "../../platform/i18n.ts";
import { urls } from "../urls.ts";

export type ChangeWords = { t: T; language: Language; organisation: { name: string } };

/** What a request asks for, as it is shown: never the whole number of an account. */
export function ChangedValue({
  t,
  language,
  content,
}: Pick<ChangeWords, "t" | "language"> & { content: ChangeContent }) {
  switch (content.kind) {
    case "address":
      return (
        <address>
          {content.lines.filter(Boolean).map((line) => (
            <>
              {line}
              <br />
            </>
          ))}
          {countryName(content.country, language)}
        </address>
      );
    case "email":
      return <>{content.email}</>;
    case "mobile":
      return <>{content.mobile === null ? t("changes:noMobile") : phoneText(content.mobile)}</>;
    case "iban":
      return <>{t("changes:account", { iban: content.masked, holder: content.holder })}</>;
  }
}

/** What was asked, when, and what it waits for. */
export function pendingText({ t, language, organisation, change }: ChangeWords & { change: Change }): string {
  const { content, requestedAt, state } = change;
  return t(state === "unconfirmed" ? "changes:pending.unconfirmed" : "changes:pending.waiting", {
    what: nameOfChange(t, content, organisation.name),
    moment: longMoment(requestedAt * 1000, language),
  });
}

/** Beside what the file says: what was asked to stand there, as long as nobody has answered. */
export function PendingChange({ change, ...words }: ChangeWords & { change: Change }) {
  const { t, language } = words;
  return (
    <div class="notice">
      <p>
        <strong>{pendingText({ ...words, change })}</strong>
      </p>
      <div>
        <ChangedValue t={t} language={language} content={change.content} />
      </div>
      <p>
        <a href={urls.changes}>{t("changes:pending.follow")}</a>
      </p>
    </div>
  );
}
