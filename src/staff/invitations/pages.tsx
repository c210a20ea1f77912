import { longMoment, parisDay } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import type { T } from "../../platform/i18n.ts";
import { OlderLink } from "../../web/paging.tsx";
import { Notice } from "../../web/ui/notice.tsx";
import { ScrollTable } from "../../web/ui/scroll-table.tsx";
import { urls } from "../../web/urls.ts";
import { ageText } from "../queue/age.ts";
import { PersonLink } from "../queue/list-page.tsx";
import { lettersAtOnce } from "./actions.ts";
import type { Addressee, Invited, LetterFile } from "./queries.ts";
import type { InvitationQuery } from "./schema.ts";

type ListProps = {
  t: T;
  language: Language;
  query: InvitationQuery;
  rows: Invited[];
  older: string | undefined;
  now: number;
};

/** The people who were invited and have opened no account, with the way to invite them again. */
export function Invitations({ t, language, query: { state, done }, rows, older, now }: ListProps) {
  const title = t("staff:menu.staffInvitations");
  const list = t(`staff-queues:invitations.${state}`);
  return (
    <>
      <h1>{title}</h1>
      {done && (
        <Notice>
          <p>{t("staff-queues:invitations.sent")}</p>
        </Notice>
      )}
      <Lists t={t} current={state} />
      <h2>{list}</h2>
      {rows.length === 0 ? (
        <p>{t("staff-queues:invitations.none")}</p>
      ) : (
        <ScrollTable
          name={`${title} – ${list}`}
          columns={[
            t("staff-queues:list.person"),
            t("staff-queues:invitations.email"),
            t("staff-queues:invitations.last"),
            t("staff-queues:invitations.act"),
          ]}
        >
          {rows.map((row) => (
            <tr>
              <th scope="row">
                <PersonLink t={t} person={row} />
              </th>
              <td>{row.email}</td>
              <td>
                {longMoment(row.at * 1000, language)} ({ageText(t, now - row.at)})
              </td>
              <td>
                <form action={urls.staffInvite} method="post">
                  <input type="hidden" name="member" value={row.memberId} />
                  <input type="hidden" name="seen" value={String(row.at)} />
                  <button type="submit" class="secondary">
                    {t("staff-queues:invitations.again")}
                    <span class="hidden"> – {row.name}</span>
                  </button>
                </form>
              </td>
            </tr>
          ))}
        </ScrollTable>
      )}
      <OlderLink address={older} text={t("staff-queues:list.older")} />
    </>
  );
}

function Lists({ t, current }: { t: T; current: "expired" | "running" | "letters" }) {
  const lists = [
    { name: "expired", url: urls.staffInvitations },
    { name: "running", url: `${urls.staffInvitations}?state=running` },
    { name: "letters", url: urls.staffLetters },
  ] as const;
  return (
    <nav aria-label={t("staff-queues:list.which")}>
      <ul class="menu">
        {lists.map(({ name, url }) => (
          <li>
            <a href={url} aria-current={name === current ? "page" : undefined}>
              {t(`staff-queues:invitations.${name}`)}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}

type LettersProps = {
  t: T;
  language: Language;
  people: Addressee[];
  older: string | undefined;
  files: { rows: LetterFile[]; older: string | undefined };
  /** The file that was just made. */
  made: number | undefined;
};

/** The people who can be invited by post alone, and the files for the mailings. */
export function Letters({ t, language, people, older, files, made }: LettersProps) {
  const title = t("staff-queues:invitations.letters");
  return (
    <>
      <h1>{title}</h1>
      {made !== undefined && (
        <Notice>
          <p>{t("staff-queues:invitations.made", { file: letterFileName(made) })}</p>
          <Download t={t} file={made} />
        </Notice>
      )}
      <Lists t={t} current="letters" />
      <p>{t("staff-queues:invitations.lettersIntro", { count: lettersAtOnce })}</p>
      {people.length === 0 ? (
        <p>{t("staff-queues:invitations.none")}</p>
      ) : (
        <>
          <form action={urls.staffLettersCsv} method="post">
            <button type="submit">{t("staff-queues:invitations.make")}</button>
          </form>
          <ScrollTable
            name={title}
            columns={[t("staff-queues:list.person"), t("staff-queues:invitations.columns.line6")]}
          >
            {people.map((person) => (
              <tr>
                <th scope="row">
                  <PersonLink t={t} person={person} />
                </th>
                <td>{person.lines[5]}</td>
              </tr>
            ))}
          </ScrollTable>
        </>
      )}
      <OlderLink address={older} text={t("staff-queues:list.older")} />
      {files.rows.length > 0 && <LetterFiles t={t} language={language} files={files} />}
    </>
  );
}

function LetterFiles({ t, language, files }: Pick<LettersProps, "t" | "language" | "files">) {
  const title = t("staff-queues:invitations.files");
  return (
    <>
      <h2>{title}</h2>
      <p>{t("staff-queues:invitations.filesIntro")}</p>
      <ScrollTable
        name={title}
        columns={[
          t("staff-queues:invitations.file"),
          t("staff-queues:invitations.madeAt"),
          t("staff-queues:invitations.people"),
          t("staff-queues:invitations.act"),
        ]}
      >
        {files.rows.map(({ at, people }) => (
          <tr>
            <th scope="row">{letterFileName(at)}</th>
            <td>{longMoment(at * 1000, language)}</td>
            <td>{people}</td>
            <td>
              <Download t={t} file={at} />
            </td>
          </tr>
        ))}
      </ScrollTable>
      <OlderLink address={files.older} text={t("staff-queues:list.older")} />
    </>
  );
}

function Download({ t, file }: { t: T; file: number }) {
  return (
    <form action={urls.staffLettersCsv} method="post">
      <button type="submit" name="file" value={String(file)} class="secondary">
        {t("staff-queues:invitations.download")}
        <span class="hidden"> – {letterFileName(file)}</span>
      </button>
    </form>
  );
}

/** What a file is called; its number is the moment it was made at, in seconds, which no other has. */
export function letterFileName(at: number): string {
  return `invitations-${parisDay(at * 1000)}-${at}.csv`;
}

/** Why an invitation was not sent again. */
export function NotInvited({ t, text }: { t: T; text: string }) {
  return (
    <>
      <h1>{t("staff-queues:invitations.notSent")}</h1>
      <div class="notice notice-error">
        <p>{text}</p>
      </div>
      <p>
        <a href={urls.staffInvitations}>{t("staff:menu.staffInvitations")}</a>
      </p>
    </>
  );
}
