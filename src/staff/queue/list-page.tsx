import type { Child } from "hono/jsx";
import type { T } from "../../platform/i18n.ts";
import { OlderLink } from "../../web/paging.tsx";
import { Notice } from "../../web/ui/notice.tsx";
import { ScrollTable } from "../../web/ui/scroll-table.tsx";
import { urls } from "../../web/urls.ts";
import type { Person } from "./people.ts";
import { type Cursor, type ListQuery, rowsShown } from "./schema.ts";

/** One line of a queue. */
export type QueueRow = {
  url: string;
  what: string;
  /** Nobody known, for what a visitor reported. */
  person: Person | undefined;
  state: string;
  /** How long it has waited, or when it was decided. */
  since: string;
};

type Props = {
  t: T;
  title: string;
  intro?: string;
  /** The page of the queue, without its parameters. */
  url: string;
  query: Pick<ListQuery, "state" | "done">;
  rows: QueueRow[];
  older: string | undefined;
  /** What else chooses among the rows. */
  children?: Child;
};

/** A queue: what waits, the oldest first, or what was decided, the latest first. */
export function QueueList({ t, title, intro, url, query, rows, older, children }: Props) {
  const { state, done } = query;
  const list = t(`staff-queues:list.${state}`);
  return (
    <>
      <h1>{title}</h1>
      {done && (
        <Notice>
          <p>{t(`staff-queues:done.${done}`)}</p>
        </Notice>
      )}
      {intro && <p>{intro}</p>}
      <nav aria-label={t("staff-queues:list.which")}>
        <ul class="menu">
          {(["open", "closed"] as const).map((one) => (
            <li>
              <a href={one === "open" ? url : `${url}?state=closed`} aria-current={one === state ? "page" : undefined}>
                {t(`staff-queues:list.${one}`)}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {children}
      <h2>{list}</h2>
      {rows.length === 0 ? (
        <p>{t(`staff-queues:list.none.${state}`)}</p>
      ) : (
        <ScrollTable
          name={`${title} – ${list}`}
          columns={[
            t("staff-queues:list.what"),
            t("staff-queues:list.person"),
            t("staff-queues:list.state"),
            t(`staff-queues:list.since.${state}`),
          ]}
        >
          {rows.map((row) => (
            <tr>
              <th scope="row">
                <a href={row.url}>{row.what}</a>
              </th>
              <td>
                <Name t={t} person={row.person} />
              </td>
              <td>{row.state}</td>
              <td>{row.since}</td>
            </tr>
          ))}
        </ScrollTable>
      )}
      <OlderLink address={older} text={t("staff-queues:list.older")} />
    </>
  );
}

function Name({ t, person }: { t: T; person: Person | undefined }) {
  if (!person) return <>{t("staff-queues:person.unknown")}</>;
  return (
    <>
      {person.name}
      {person.number && ` (${person.number})`}
    </>
  );
}

/** Whose it is, with the way to the file. */
export function PersonLink({ t, person }: { t: T; person: Person | undefined }) {
  if (!person) return <>{t("staff-queues:person.unknown")}</>;
  return (
    <a href={urls.staffMember(person.memberId)}>
      <Name t={t} person={person} />
    </a>
  );
}

/**
 * The rows of one page of a queue, and the address of the page after it if there is one.
 * @param found the rows from where the page begins, one more than are shown.
 * @param more other parameters that the next page keeps.
 */
export function cutQueue<Row>(
  found: Row[],
  { url, state, cursorOf, more = {} }: QueuePage<Row>,
): { rows: Row[]; older: string | undefined } {
  const rows = found.slice(0, rowsShown);
  if (found.length <= rowsShown) return { rows, older: undefined };
  const { at, id } = cursorOf(rows.at(-1)!);
  const kept = state === "closed" ? { state, ...more } : more;
  return { rows, older: `${url}?${new URLSearchParams({ ...kept, after: `${at}.${id}` })}` };
}

type QueuePage<Row> = {
  url: string;
  state: ListQuery["state"];
  cursorOf: (row: Row) => Cursor;
  more?: Record<string, string>;
};
