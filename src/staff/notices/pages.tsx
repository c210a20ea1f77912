import type { CharterProgress } from "../../domain/announcing.ts";
import type { SentNotice } from "../../domain/notice-sending.ts";
import { noticeKinds } from "../../domain/notices.ts";
import { type Day, longDay, longMoment } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import type { T } from "../../platform/i18n.ts";
import type { Faults, Typed } from "../../web/forms.ts";
import { DayFields } from "../../web/ui/day-fields.tsx";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { Checkbox, Field } from "../../web/ui/field.tsx";
import { Notice } from "../../web/ui/notice.tsx";
import { Radios } from "../../web/ui/radios.tsx";
import { TextArea } from "../../web/ui/text-area.tsx";
import { urls } from "../../web/urls.ts";
import type { CharterField, NoticeField } from "./rules.ts";
import type { NoticesNews } from "./schema.ts";

type Words = { t: T; language: Language };

/** A version with how far its announcement is; `progress` undefined for one that was announced to nobody. */
export type ToldVersion = {
  number: number;
  effectiveOn: Day;
  publishedAt: number;
  progress: CharterProgress | undefined;
  contested: number;
};

export type NoticesField = NoticeField | CharterField;

type Props = Words & {
  news: NoticesNews | undefined;
  notices: SentNotice[];
  versions: ToldVersion[];
  mayNotify: boolean;
  mayPublish: boolean;
  faults: Faults<NoticesField>;
  typed: Typed<NoticesField>;
};

const box = (t: T, legend: string, part: "Day" | "Month" | "Year") => `${legend} – ${t(`form:day.${part}`)}`;

function labelsOf(t: T) {
  const words = (name: "starts" | "ends" | "effectiveOn") => t(`staff-ops:notices.${name}`);
  const [starts, ends, effective] = [words("starts"), words("ends"), words("effectiveOn")];
  return {
    kind: t("staff-ops:notices.kind"),
    startsDay: box(t, starts, "Day"),
    startsMonth: box(t, starts, "Month"),
    startsYear: box(t, starts, "Year"),
    startsTime: t("staff-ops:notices.startsTime"),
    endsDay: box(t, ends, "Day"),
    endsMonth: box(t, ends, "Month"),
    endsYear: box(t, ends, "Year"),
    endsTime: t("staff-ops:notices.endsTime"),
    subjectFr: t("staff-ops:notices.subjectFr"),
    textFr: t("staff-ops:notices.textFr"),
    subjectEn: t("staff-ops:notices.subjectEn"),
    textEn: t("staff-ops:notices.textEn"),
    confirm: t("staff-ops:notices.confirm"),
    number: t("staff-ops:notices.number"),
    effectiveDay: box(t, effective, "Day"),
    effectiveMonth: box(t, effective, "Month"),
    effectiveYear: box(t, effective, "Year"),
    text: t("staff-ops:notices.text"),
    charterConfirm: t("staff-ops:notices.charterConfirm"),
  };
}

export function Notices(props: Props) {
  const { t, language, news, notices, versions, mayNotify, mayPublish, faults } = props;
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={labelsOf(t)} />
      <h1>{t("staff-ops:notices.title")}</h1>
      {news && (
        <Notice>
          <p>{t(`staff-ops:notices.done.${news}`)}</p>
        </Notice>
      )}
      <p>{t("staff-ops:notices.intro")}</p>
      <h2>{t("staff-ops:notices.list")}</h2>
      {notices.length === 0 && <p>{t("staff-ops:notices.none")}</p>}
      {notices.map((notice) => (
        <SentOne t={t} language={language} notice={notice} />
      ))}
      <h2>{t("staff-ops:notices.charter")}</h2>
      {versions.map((version) => (
        <Version t={t} language={language} version={version} />
      ))}
      {mayPublish && isUnfinished(props) && (
        <form action={urls.staffCharterContinue} method="post">
          <button type="submit" name="continue" value="on" class="secondary">
            {t("staff-ops:notices.continue")}
          </button>
        </form>
      )}
      {mayNotify && <NoticeForm {...props} />}
      {mayPublish && <CharterForm {...props} />}
    </>
  );
}

function isUnfinished({ notices, versions }: Props): boolean {
  return (
    notices.some(({ finishedAt }) => finishedAt === null) ||
    versions.some(({ progress }) => progress?.isUnderWay === true)
  );
}

function Refresh({ t }: { t: T }) {
  return (
    <>
      {" "}
      <a href={urls.staffNotices}>{t("staff-ops:notices.refresh")}</a>
    </>
  );
}

function SentOne({ t, language, notice }: Words & { notice: SentNotice }) {
  const { kind, subject, text, startsAt, endsAt, sentAt, sentBy, told, total, finishedAt } = notice;
  const moment = (at: number) => longMoment(at * 1000, language);
  const staff = sentBy === "operator" ? t("staff-ops:notices.operator") : sentBy;
  return (
    <section>
      <h3>
        {t(`notices:kinds.${kind}`)} – {subject[language]}
      </h3>
      <p>{t("staff-ops:notices.when", { from: moment(startsAt), to: moment(endsAt) })}</p>
      <p>{t("staff-ops:notices.sent", { moment: moment(sentAt), staff })}</p>
      <p>
        <strong>{t("staff-ops:notices.told", { told, total })}</strong>,{" "}
        {finishedAt === null
          ? t("staff-ops:notices.underWay")
          : t("staff-ops:notices.finished", { moment: moment(finishedAt) })}
        {finishedAt === null && <Refresh t={t} />}
      </p>
      <details>
        <summary>{t("staff-ops:notices.read")}</summary>
        {(["fr", "en"] as const).map((one) => (
          <div lang={one}>
            <p>
              <strong>{subject[one]}</strong>
            </p>
            <p class="written">{text[one]}</p>
          </div>
        ))}
      </details>
    </section>
  );
}

function Version({ t, language, version }: Words & { version: ToldVersion }) {
  const { number, effectiveOn, publishedAt, progress, contested } = version;
  const moment = longMoment(publishedAt * 1000, language);
  return (
    <p>
      <a href={urls.charterVersion(number)}>{t("staff-ops:notices.version", { number })}</a>,{" "}
      {t("staff-ops:notices.effective", { day: longDay(effectiveOn, language) })},{" "}
      {publishedAt === 0 ? t("staff-ops:notices.delivered") : t("staff-ops:notices.published", { moment })}
      {progress && (
        <>
          , <strong>{t("staff-ops:notices.told", progress)}</strong>
          {progress.isUnderWay && (
            <>
              , {t("staff-ops:notices.underWay")}
              <Refresh t={t} />
            </>
          )}
        </>
      )}
      {contested > 0 && <>, {t("staff-ops:notices.contested", { count: contested })}</>}
    </p>
  );
}

function NoticeForm({ t, faults, typed }: Props) {
  const labels = labelsOf(t);
  return (
    <>
      <h2>{t("staff-ops:notices.new")}</h2>
      <form action={urls.staffNotices} method="post" novalidate>
        <Radios
          t={t}
          name="kind"
          legend={labels.kind}
          options={noticeKinds.map((value) => ({ value, label: t(`notices:kinds.${value}`) }))}
          fault={faults.kind}
          chosen={typed.kind}
        />
        <Moment t={t} name="starts" faults={faults} typed={typed} />
        <Moment t={t} name="ends" faults={faults} typed={typed} />
        <Announcement t={t} language="Fr" faults={faults} typed={typed} />
        <Announcement t={t} language="En" faults={faults} typed={typed} />
        <p>{t("staff-ops:notices.short")}</p>
        <Checkbox t={t} name="confirm" label={labels.confirm} fault={faults.confirm} />
        <button type="submit">{t("staff-ops:notices.submit")}</button>
      </form>
    </>
  );
}

type Part = Pick<Props, "t" | "faults" | "typed">;

type End = "starts" | "ends";

/** A day and an hour in Paris. */
function Moment({ t, name, faults, typed }: Part & { name: End }) {
  const labels = labelsOf(t);
  const time = `${name}Time` as const;
  return (
    <>
      <DayFields<End>
        t={t}
        name={name}
        legend={t(`staff-ops:notices.${name}`)}
        hint={t("staff-ops:notices.dayHint")}
        labels={labels}
        faults={faults}
        typed={typed}
      />
      <Field
        t={t}
        name={time}
        label={labels[time]}
        hint={t("staff-ops:notices.timeHint")}
        fault={faults[time]}
        value={typed[time]}
        required
      />
    </>
  );
}

/** What is announced, in one of the two languages. */
function Announcement({ t, language, faults, typed }: Part & { language: "Fr" | "En" }) {
  const labels = labelsOf(t);
  const [subject, text] = [`subject${language}`, `text${language}`] as const;
  return (
    <>
      <Field t={t} name={subject} label={labels[subject]} fault={faults[subject]} value={typed[subject]} required />
      <TextArea
        t={t}
        name={text}
        label={labels[text]}
        hint={t("staff-ops:notices.textHint")}
        fault={faults[text]}
        value={typed[text]}
        required
      />
    </>
  );
}

function CharterForm({ t, versions, faults, typed }: Props) {
  const labels = labelsOf(t);
  const last = Math.max(...versions.map(({ number }) => number));
  return (
    <>
      <h2>{t("staff-ops:notices.newCharter")}</h2>
      <p>{t("staff-ops:notices.charterText")}</p>
      <form action={urls.staffCharter} method="post" novalidate>
        <Field
          t={t}
          name="number"
          label={labels.number}
          hint={t("staff-ops:notices.numberHint", { last })}
          fault={faults.number}
          value={typed.number}
          inputmode="numeric"
          required
        />
        <DayFields
          t={t}
          name="effective"
          legend={t("staff-ops:notices.effectiveOn")}
          hint={t("staff-ops:notices.dayHint")}
          labels={labels}
          faults={faults}
          typed={typed}
        />
        <TextArea
          t={t}
          name="text"
          label={labels.text}
          hint={t("staff-ops:notices.charterHint")}
          fault={faults.text}
          value={typed.text}
          rows={20}
          required
        />
        <Checkbox t={t} name="charterConfirm" label={labels.charterConfirm} fault={faults.charterConfirm} />
        <button type="submit">{t("staff-ops:notices.charterSubmit")}</button>
      </form>
    </>
  );
}
