import type { Change } from "../../domain/changes.ts";
import type { ChoiceFact } from "../../domain/choice-history.ts";
import { consentText } from "../../domain/consent-words.ts";
import type { Contact } from "../../domain/contact.ts";
import type { Choice } from "../../domain/preferences.ts";
import { longDay, longMoment } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import { phoneText } from "../../lib/phone.ts";
import type { T } from "../../platform/i18n.ts";
import type { Organisation } from "../../platform/organisation.ts";
import type { Faults, Typed } from "../../web/forms.ts";
import { Checkbox, Field } from "../../web/ui/field.tsx";
import { urls } from "../../web/urls.ts";
import { isReady } from "./rules.ts";
import type { PreferencesField } from "./schema.ts";

export type SwitchWords = {
  t: T;
  language: Language;
  organisation: Organisation;
  faults: Faults<PreferencesField>;
  /** What was typed; none, to show what is kept. */
  typed: Typed<PreferencesField> | undefined;
  contact: Contact;
  /** A change of mobile under way. */
  asked: Change | undefined;
};

type Props = SwitchWords & { choice: Choice; isOn: boolean; history: ChoiceFact[]; isSaved: boolean };

/** The choices by the words of their labels, in the order of the page, and the number that goes with the last. */
export function choiceLabels(t: T, organisation: string): Record<Choice | "mobile", string> {
  const labelOf = (choice: Choice) => consentText(t, "preferences", choice, organisation).label;
  return {
    newsletterSmeno: labelOf("newsletterSmeno"),
    newsletterMutuelle: labelOf("newsletterMutuelle"),
    offers: labelOf("offers"),
    partnerOffers: labelOf("partnerOffers"),
    alertEmail: labelOf("alertEmail"),
    alertSms: labelOf("alertSms"),
    mobile: t("preferences:mobile.label"),
  };
}

/**
 * One choice, in its own place on the page. With a script it is saved by itself as soon as it is ticked, and comes back
 * in that place, which stays and listens: whatever is pressed while an answer is on its way counts, and the last answer
 * is shown. Without, it is saved with the form.
 */
export function Switch(props: Props) {
  const { choice } = props;
  return (
    <div
      id={`choice-${choice}`}
      hx-post={urls.preferences}
      hx-trigger={`change target:#${choice}`}
      hx-swap="innerHTML"
      hx-sync="#preferences:queue all"
      hx-vals={JSON.stringify({ covers: choice })}
    >
      <SwitchContent {...props} />
    </div>
  );
}

/** Its box, what it means, how it stands and how it came about. */
export function SwitchContent({ choice, isOn, history, isSaved, ...words }: Props) {
  const { t, organisation, faults, typed } = words;
  const { label, hint } = consentText(t, "preferences", choice, organisation.name);
  const isWaiting = choice === "alertSms" && isOn && !isReady(words.contact);
  return (
    <>
      <input type="hidden" name="covers" value={choice} />
      {isOn && <input type="hidden" name="shown" value={choice} />}
      <Checkbox
        t={t}
        name={choice}
        label={label}
        fault={faults[choice]}
        checked={typed ? typed[choice] === "on" : isOn}
        describedBy={`${choice}-about`}
      />
      <p class="hint" id={`${choice}-about`}>
        {hint} <State {...words} isOn={isOn} isWaiting={isWaiting} history={history} />
        {isSaved && <strong> {t("preferences:saved")}</strong>}
      </p>
      {choice === "alertSms" && <MobileField {...words} />}
      <History t={t} language={words.language} choice={choice} history={history} name={organisation.name} />
    </>
  );
}

/** Whether it is on, and since when as far as the journal tells. */
function State({
  t,
  language,
  isOn,
  isWaiting,
  history,
}: SwitchWords & Pick<Props, "isOn" | "history"> & { isWaiting: boolean }) {
  if (isWaiting) return <>{t("preferences:waiting")}</>;
  const [last] = history;
  if (last?.isGiven !== isOn) return <>{t(isOn ? "preferences:on" : "preferences:off")}</>;
  const moment = longMoment(last.at * 1000, language);
  return <>{t(isOn ? "preferences:onSince" : "preferences:offSince", { moment })}</>;
}

/** The number that text messages go to, and what is missing when they cannot go there yet. */
function MobileField({ t, faults, typed, contact, asked }: SwitchWords) {
  const { mobile } = contact;
  const awaited = asked?.state === "unconfirmed" && asked.content.kind === "mobile" ? asked.content.mobile : null;
  return (
    <>
      {asked && awaited !== null && (
        <p>
          {t("preferences:mobile.codeSent", { mobile: phoneText(awaited) })}{" "}
          <a href={urls.confirmMobile(asked.changeId)}>{t("preferences:mobile.giveCode")}</a>
        </p>
      )}
      <Field
        t={t}
        name="mobile"
        label={t("preferences:mobile.label")}
        hint={t("preferences:mobile.hint")}
        fault={faults.mobile}
        value={typed ? typed.mobile : phoneText(awaited ?? mobile ?? "")}
        autocomplete="tel"
        inputmode="tel"
      />
    </>
  );
}

type HistoryProps = { t: T; language: Language; choice: Choice; history: ChoiceFact[]; name: string };

function History({ t, language, choice, history, name }: HistoryProps) {
  if (history.length === 0) return null;
  return (
    <details>
      <summary>
        {t("preferences:history.title")}
        <span class="hidden"> {t("preferences:history.of", { what: choiceLabels(t, name)[choice] })}</span>
      </summary>
      <ul>
        {history.map(({ at, isGiven, channel, receivedOn }) => (
          <li>
            {t(isGiven ? "preferences:history.given" : "preferences:history.withdrawn", {
              moment: longMoment(at * 1000, language),
              how: channel ? t(`preferences:channels.${channel}`) : "",
            })}
            {receivedOn && ` ${t("preferences:history.received", { day: longDay(receivedOn, language) })}`}
          </li>
        ))}
      </ul>
    </details>
  );
}
