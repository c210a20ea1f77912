import { raw } from "hono/html";
import type { Child } from "hono/jsx";
import type { Opening } from "../../domain/file-openings.ts";
import type { FoundPerson } from "../../domain/member-search.ts";
import { choices } from "../../domain/preferences.ts";
import { longMoment, parisMoment } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import { phoneText } from "../../lib/phone.ts";
import type { T } from "../../platform/i18n.ts";
import { Notice } from "../../web/ui/notice.tsx";
import { Term } from "../../web/ui/term.tsx";
import { urls } from "../../web/urls.ts";
import type { AccountAct, ActFault } from "./actions.ts";
import { type PartName, parts } from "./parts.ts";
import type { SeenAccount } from "./queries.ts";
import { nameOf } from "./search-page.tsx";

/** A file that is open: who looks at whose, and until when. */
export type OpenFile = { t: T; language: Language; person: FoundPerson; opening: Opening };

type FrameProps = { file: OpenFile; title: string; current: PartName | "account"; children: Child };

/** What stands around every page of an open file. */
export function FileFrame({ file, title, current, children }: FrameProps) {
  const { t, person, opening } = file;
  const { memberId } = person;
  const links = [
    { name: "account" as const, url: urls.staffMember(memberId) },
    ...parts.map(({ name }) => ({ name, url: urls.staffMemberPart(memberId, name) })),
  ];
  return (
    <>
      <p>
        <a href={urls.staffMembers}>{t("staff-members:search.title")}</a>
      </p>
      <h1>{title}</h1>
      <p class="hint">
        {t("staff-members:file.number", { number: person.number })}{" "}
        {t("staff-members:file.until", {
          reason: t(`staff-members:open.reasons.${opening.reason as "call"}`),
          time: parisMoment(opening.expiresAt * 1000).time,
        })}
      </p>
      <nav aria-label={t("staff-members:file.parts")}>
        <ul class="menu">
          {links.map(({ name, url }) => (
            <li>
              <a href={url} aria-current={name === current ? "page" : undefined}>
                {t(`staff-members:file.part.${name}`)}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {children}
    </>
  );
}

/** The title of a page of an open file: whose it is, and which part, or what of it. */
export function fileTitle({ t, person }: Pick<OpenFile, "t" | "person">, part: PartName | "account", what?: string) {
  const name = nameOf(t, person);
  return t("staff-members:file.title", { name, part: what ?? t(`staff-members:file.part.${part}`) });
}

type PartProps = {
  file: OpenFile;
  part: PartName;
  /** What the member sees; undefined when it is nothing. */
  seen: { title: string; content: string } | undefined;
  /** One of the things that the part lists. */
  isDetail: boolean;
};

/** A page of the member, as the member sees it. */
export function FilePart({ file, part, seen, isDetail }: PartProps) {
  const { t, person } = file;
  return (
    <FileFrame file={file} title={fileTitle(file, part, isDetail ? seen?.title : undefined)} current={part}>
      {seen === undefined ? (
        <p>{t("staff-members:file.notSeen")}</p>
      ) : (
        <>
          <p class="hint">{t(person.account ? "staff-members:file.asSeen" : "staff-members:file.asWouldSee")}</p>
          {raw(seen.content)}
        </>
      )}
    </FileFrame>
  );
}

type AccountProps = {
  file: OpenFile;
  account: SeenAccount | undefined;
  invitation: { email: string | null; lastInvitedAt: number | null } | undefined;
  /** What this reader may do to it. */
  acts: AccountAct[];
  done: AccountAct | undefined;
  organisation: string;
};

/** The account of the person, or that there is none. */
export function FileAccount({ file, account, invitation, acts, done, organisation }: AccountProps) {
  const { t, person } = file;
  return (
    <FileFrame file={file} title={fileTitle(file, "account")} current="account">
      {done && (
        <Notice>
          <p>{t(`staff-members:acts.done.${done}`)}</p>
        </Notice>
      )}
      {account ? (
        <AccountTerms file={file} account={account} organisation={organisation} />
      ) : (
        <NoAccount file={file} invitation={invitation} />
      )}
      {acts.length > 0 && (
        <section id="acts">
          <h2>{t("staff-members:acts.title")}</h2>
          <ul>
            {acts.map((act) => (
              <li>
                <a href={urls.staffMemberAct(person.memberId, act)}>{t(`staff-members:acts.names.${act}`)}</a>
              </li>
            ))}
          </ul>
        </section>
      )}
    </FileFrame>
  );
}

type TermsProps = { file: OpenFile; account: SeenAccount; organisation: string };

function AccountTerms({ file: { t, language }, account, organisation }: TermsProps) {
  const moment = (at: number | null) =>
    at === null || at === 0 ? t("staff-members:account.never") : longMoment(at * 1000, language);
  const { status, email, mobile, mobileVerifiedAt, devices, secondFactors } = account;
  const chosen = choices.filter((choice) => account.choices[choice]);
  return (
    <section id="account">
      <h2>{t("staff-members:account.title")}</h2>
      <dl>
        <Term name={t("staff-members:found.account")}>{t(`staff-members:account.states.${status}`)}</Term>
        <Term name={t("staff-members:account.email")}>{email}</Term>
        {mobile && (
          <Term name={t("staff-members:account.mobile")}>
            {phoneText(mobile)}
            {" – "}
            {t(mobileVerifiedAt === null ? "staff-members:account.unproven" : "staff-members:account.proven")}
          </Term>
        )}
        <Term name={t("staff-members:account.language")}>
          {t(`staff-members:account.languages.${account.language}`)}
        </Term>
        <Term name={t("staff-members:account.created")}>{moment(account.createdAt)}</Term>
        <Term name={t("staff-members:account.opened")}>{moment(account.activatedAt)}</Term>
        <Term name={t("staff-members:account.lastSeen")}>{moment(account.lastSeenAt)}</Term>
        <Term name={t("staff-members:account.devices")}>{String(devices)}</Term>
        <Term name={t("staff-members:account.secondStep")}>
          {t(secondFactors > 0 ? "staff-members:account.yes" : "staff-members:account.no")}
        </Term>
      </dl>
      <h3>{t("staff-members:account.choices")}</h3>
      {chosen.length === 0 && <p>{t("staff-members:account.noChoice")}</p>}
      {chosen.length > 0 && (
        <ul>
          {chosen.map((choice) => (
            <li>{t(`registration:choices.${choice}`, { organisation })}</li>
          ))}
        </ul>
      )}
    </section>
  );
}

type NoAccountProps = { file: OpenFile; invitation: AccountProps["invitation"] };

function NoAccount({ file: { t, language }, invitation }: NoAccountProps) {
  const { email = null, lastInvitedAt = null } = invitation ?? {};
  return (
    <section id="account">
      <h2>{t("staff-members:account.title")}</h2>
      <p>{t("staff-members:account.none")}</p>
      <dl>
        <Term name={t("staff-members:account.emailOnFile")}>{email ?? t("staff-members:account.noEmail")}</Term>
        <Term name={t("staff-members:account.invited")}>
          {lastInvitedAt === null ? t("staff-members:account.never") : longMoment(lastInvitedAt * 1000, language)}
        </Term>
      </dl>
    </section>
  );
}

/** Why an act did not happen: somebody or something was faster. */
export function ActRefused({ file, act, fault }: { file: OpenFile; act: AccountAct; fault: ActFault }) {
  const { t, person } = file;
  return (
    <>
      <h1>{t("staff-members:acts.refusedTitle", { act: t(`staff-members:acts.names.${act}`) })}</h1>
      <p>{t(`staff-members:acts.refused.${fault}`)}</p>
      <p>
        <a href={urls.staffMember(person.memberId)}>{t("staff-members:acts.back")}</a>
      </p>
    </>
  );
}
