import type { Child } from "hono/jsx";
import type { CharterStanding } from "../../domain/charter.ts";
import type { CharterChanges } from "../../domain/charter-changes.ts";
import type { NotContestable } from "../../domain/charter-notices.ts";
import type { T } from "../../platform/i18n.ts";
import type { Faults, Typed } from "../../web/forms.ts";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { TextArea } from "../../web/ui/text-area.tsx";
import { urls } from "../../web/urls.ts";
import type { Contest } from "./queries.ts";
import { longestMessage } from "./schema.ts";

/** A version beside its text: its day in words. */
export type Listed = { number: number; day: string; standing: CharterStanding; sha256: string };

type Props = {
  t: T;
  text: string;
  listed: Listed;
  website: string;
  /** Of a version that replaces another: what differs from that one. */
  changes?: { previous: number; parts: CharterChanges } | undefined;
  children: Child;
};

/** The charter as written: a few marks of Markdown, no more. The French text is the one that counts. */
export function CharterPage({ t, text, listed, website, changes, children }: Props) {
  const { number, day, standing, sha256 } = listed;
  const blocks = text
    .replace(/\r\n?/g, "\n")
    // A heading stands alone, with or without an empty line after it.
    .replace(/^##? .*$/gm, "$&\n")
    .trim()
    .split(/\n\s*\n/);
  const title = blocks[0]?.startsWith("# ") ? blocks.shift()!.slice(2) : undefined;
  return (
    <>
      {title ? <h1 lang="fr">{title}</h1> : <h1>{t("charter:title")}</h1>}
      <p>{t(`charter:is.${standing}`, { number, day })}</p>
      <p>
        <a href={website}>{t("charter:conditions")}</a>
      </p>
      <p>{t("charter:frenchOnly")}</p>
      {changes && <Changes t={t} {...changes} />}
      <div lang="fr">{blocks.map(block)}</div>
      <p class="hint">
        {t("charter:hash", { number })} <code>{sha256}</code>
      </p>
      {children}
    </>
  );
}

function block(text: string) {
  if (text.startsWith("## ")) return <h2>{text.slice(3)}</h2>;
  if (!text.startsWith("- ")) return <p>{text}</p>;
  return (
    <ul>
      {text.split("\n").map((item) => (
        <li>{item.replace(/^- /, "")}</li>
      ))}
    </ul>
  );
}

function Changes({ t, previous, parts }: { t: T; previous: number; parts: CharterChanges }) {
  const kinds = ["added", "changed", "removed"] as const;
  const lines = kinds.flatMap((kind) => parts[kind].map((heading) => ({ kind, heading })));
  return (
    <section aria-labelledby="changes">
      <h2 id="changes">{t("charter:changes.since", { number: previous })}</h2>
      {lines.length === 0 && <p>{t("charter:changes.none")}</p>}
      {lines.length > 0 && (
        <ul>
          {lines.map(({ kind, heading }) => (
            <li>
              <span lang="fr">
                {t(`charter:changes.${kind}`, { heading: heading || t("charter:changes.introduction") })}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

type HistoryProps = { t: T; versions: Listed[]; earlier: { before: number; email: string } | undefined };

/** Every version, newest first. */
export function History({ t, versions, earlier }: HistoryProps) {
  return (
    <section class="not-printed" aria-labelledby="history">
      <h2 id="history">{t("charter:history.title")}</h2>
      <table>
        <caption class="hidden">{t("charter:history.title")}</caption>
        <thead>
          <tr>
            <th scope="col">{t("charter:history.version")}</th>
            <th scope="col">{t("charter:history.day")}</th>
            <th scope="col">{t("charter:history.standing")}</th>
          </tr>
        </thead>
        <tbody>
          {versions.map(({ number, day, standing }) => (
            <tr>
              <th scope="row">
                <a href={urls.charterVersion(number)}>{t("charter:history.number", { number })}</a>
              </th>
              <td>{day}</td>
              <td>{t(`charter:history.${standing}`)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {earlier && <p>{t("charter:history.earlier", { number: earlier.before, email: earlier.email })}</p>}
    </section>
  );
}

type ContestProps = {
  t: T;
  version: number;
  /** Day the version takes effect, and the last moment to contest it, in words. */
  day: string;
  until: string;
  /** True of a version that never takes effect. */
  isOvertaken: boolean;
  /** Other versions that can be contested. */
  others: number[];
  faults: Faults<"message" | "version">;
  typed: Typed<"message">;
};

export function ContestForm({ t, version, day, until, isOvertaken, others, faults, typed }: ContestProps) {
  const labels = { message: t("charter:contest.message") };
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={labels} />
      <h1>{t("charter:contest.title", { number: version })}</h1>
      <p>{t(isOvertaken ? "charter:contest.overtaken" : "charter:contest.what", { number: version, day })}</p>
      <p>
        <a href={urls.charterVersion(version)}>{t("charter:contest.read", { number: version })}</a>
      </p>
      <p>{t("charter:contest.until", { moment: until })}</p>
      <form action={urls.charterContest} method="post" novalidate>
        <input type="hidden" name="version" value={String(version)} />
        <TextArea
          t={t}
          name="message"
          label={labels.message}
          hint={t("charter:contest.hint", { characters: longestMessage })}
          fault={faults.message}
          value={typed.message}
          maxlength={longestMessage}
          required
        />
        <button type="submit">{t("charter:contest.submit")}</button>
      </form>
      <Others t={t} numbers={others} />
      <Leave t={t} />
    </>
  );
}

type NoContestProps = {
  t: T;
  /** Why there is nothing to contest, or no more. */
  why: NotContestable;
  version: number | undefined;
  until: string;
  receipt: number | undefined;
  email: string;
  others: number[];
};

export function NoContestPage({ t, why, version, until, receipt, email, others }: NoContestProps) {
  return (
    <>
      <h1>{t(`charter:noContest.${why}.title`, { number: version })}</h1>
      <p>{t(`charter:noContest.${why}.text`, { moment: until, email })}</p>
      {receipt !== undefined && (
        <p>
          <a href={urls.charterReceipt(receipt)}>{t("charter:receipt.title", { number: receipt })}</a>
        </p>
      )}
      <p>
        <a href={urls.charter}>{t("charter:noContest.read")}</a>
      </p>
      <Others t={t} numbers={others} />
      <Leave t={t} />
    </>
  );
}

/** The other versions announced, each contested on its own. */
function Others({ t, numbers }: { t: T; numbers: number[] }) {
  if (numbers.length === 0) return null;
  return (
    <>
      <h2>{t("charter:contest.others")}</h2>
      <ul>
        {numbers.map((number) => (
          <li>
            <a href={urls.charterContestOf(number)}>{t("charter:banner.contest", { number })}</a>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Charter, introduction and article 9: who refuses a change may end the account, at any time. */
function Leave({ t }: { t: T }) {
  return (
    <>
      <h2>{t("charter:leave.title")}</h2>
      <p>{t("charter:leave.text")}</p>
      <p>
        <a href={urls.accountDelete}>{t("charter:leave.link")}</a>
      </p>
    </>
  );
}

type ReceiptProps = {
  t: T;
  contest: Contest;
  moment: string;
  name: string;
  memberNumber: string | undefined;
  organisation: string;
};

/** The dated proof of a contest, to keep or to print. */
export function Receipt({ t, contest, moment, name, memberNumber, organisation }: ReceiptProps) {
  const { number, version, sha256, message } = contest;
  return (
    <>
      <h1>{t("charter:receipt.title", { number })}</h1>
      <p>{t("charter:receipt.what", { organisation, number: version, moment })}</p>
      <dl>
        <div>
          <dt>{t("charter:receipt.number")}</dt>
          <dd>{number}</dd>
        </div>
        <div>
          <dt>{t("charter:receipt.at")}</dt>
          <dd>{moment}</dd>
        </div>
        <div>
          <dt>{t("charter:receipt.name")}</dt>
          <dd>{name}</dd>
        </div>
        {memberNumber && (
          <div>
            <dt>{t("charter:receipt.member")}</dt>
            <dd>{memberNumber}</dd>
          </div>
        )}
      </dl>
      <h2>{t("charter:receipt.message")}</h2>
      <p class="written" dir="auto">
        {message}
      </p>
      <p class="hint">
        {t("charter:hash", { number: version })} <code>{sha256}</code>
      </p>
      <p>{t("charter:receipt.next")}</p>
      <p class="not-printed">
        <a href={urls.charterVersion(version)}>{t("charter:contest.read", { number: version })}</a>
      </p>
    </>
  );
}
