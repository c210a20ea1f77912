import type { Child } from "hono/jsx";
import { type Act, detailsOf, sentenceOf } from "../../features/account/acts.ts";
import { longMoment } from "../../lib/dates.ts";
import { hideNumbers } from "../../lib/hidden-numbers.ts";
import type { Language } from "../../lib/languages.ts";
import type { T } from "../../platform/i18n.ts";
import { clientName } from "../../web/client.ts";
import { ScrollTable } from "../../web/ui/scroll-table.tsx";
import { Term } from "../../web/ui/term.tsx";
import { urls } from "../../web/urls.ts";

type Words = { t: T; language: Language; organisation: string };
type Content = Record<string, unknown>;

/** What is said of a case in one line each. */
const names = ["by", "identifier", "email", "message", "changed", "changesSent", "version", "notifiedAt"] as const;
type Name = (typeof names)[number];

/** What was reported, in words. What a stranger typed shows no number that is secret. */
export function CaseTerms({ content, ...words }: Words & { content: Content }) {
  const { t } = words;
  const told = names.filter((name) => content[name] !== undefined && content[name] !== null && content[name] !== "");
  return (
    <>
      {told.map((name) => (
        <Term name={t(`staff-queues:cases.content.${name}`)}>
          <Value {...words} name={name} value={content[name]} />
        </Term>
      ))}
    </>
  );
}

function Value({ t, language, name, value }: Words & { name: Name; value: unknown }) {
  if (name === "notifiedAt" && typeof value === "number") return <>{longMoment(value * 1000, language)}</>;
  if (name === "by") {
    const by = ["visitor", "member", "session", "link", "staff"].find((one) => one === value);
    return <>{by ? t(`staff-queues:cases.by.${by as "visitor"}`) : String(value)}</>;
  }
  if (name === "changesSent" && Array.isArray(value)) {
    return (
      <>
        {value.map((id, index) => (
          <>
            {index > 0 && ", "}
            <a href={urls.staffChange(String(id))}>{t("staff-queues:cases.change", { number: index + 1 })}</a>
          </>
        ))}
      </>
    );
  }
  const text = hideNumbers(Array.isArray(value) ? value.map((one) => changedText(t, one)).join(", ") : String(value));
  return (
    <span class="written" dir="auto">
      {text}
    </span>
  );
}

function changedText(t: T, value: unknown): string {
  if (value === "birth date") return t("staff-queues:cases.birthDate");
  return value === "social security number" ? t("staff-queues:cases.nir") : String(value);
}

type Seen = { since: number; lastUsedAt?: number; label: string; network: string };

const groups = ["connections", "refusals", "changes", "documents", "devices"] as const;

/** What an audit found of an account at the moment of the report, one table a group. */
export function AuditTables({ audit, ...words }: Words & { audit: Record<string, unknown> }) {
  const { t } = words;
  return (
    <>
      <h2>{t("staff-queues:cases.audit.title")}</h2>
      <p>{t("staff-queues:cases.audit.intro")}</p>
      {(["openSessions", "rememberedDevices"] as const).map((name) => (
        <SeenTable {...words} name={name} rows={rowsOf<Seen>(audit[name])} />
      ))}
      {groups.map((name) => (
        <ActTable {...words} name={name} acts={rowsOf<Omit<Act, "sequence">>(audit[name])} />
      ))}
    </>
  );
}

const rowsOf = <Row,>(value: unknown) => (Array.isArray(value) ? (value as Row[]) : []);

function SeenTable({ t, language, name, rows }: Words & { name: "openSessions" | "rememberedDevices"; rows: Seen[] }) {
  const columns = [
    t("staff-queues:cases.audit.client"),
    t("staff-queues:cases.audit.network"),
    t("staff-queues:cases.audit.since"),
    t("staff-queues:cases.audit.lastUsed"),
  ];
  const shown = name === "openSessions" ? columns.slice(0, 3) : columns;
  return (
    <Group t={t} name={name} columns={shown} isEmpty={rows.length === 0}>
      {rows.map(({ label, network, since, lastUsedAt }) => (
        <tr>
          <th scope="row">{clientName(t, label)}</th>
          <td>{network}</td>
          <td>{longMoment(since * 1000, language)}</td>
          {name === "rememberedDevices" && <td>{lastUsedAt ? longMoment(lastUsedAt * 1000, language) : ""}</td>}
        </tr>
      ))}
    </Group>
  );
}

type ActTableProps = Words & { name: (typeof groups)[number]; acts: Omit<Act, "sequence">[] };

function ActTable({ t, language, organisation, name, acts }: ActTableProps) {
  const columns = [
    t("staff-queues:cases.audit.moment"),
    t("staff-queues:cases.audit.act"),
    t("staff-queues:cases.audit.details"),
    t("staff-queues:cases.audit.by"),
  ];
  return (
    <Group t={t} name={name} columns={columns} isEmpty={acts.length === 0}>
      {acts.map((row) => {
        const act = { ...row, sequence: 0, details: (row.details ?? {}) as Act["details"] };
        const staff = typeof act.details.staff === "string" ? ` (${act.details.staff})` : "";
        return (
          <tr>
            <th scope="row">{longMoment(act.at * 1000, language)}</th>
            <td>{sentenceOf(t, act)}</td>
            <td>{detailsOf(t, act, organisation).join(", ")}</td>
            <td>
              {actorText(t, act.actor)}
              {staff}
            </td>
          </tr>
        );
      })}
    </Group>
  );
}

const actors = ["member", "visitor", "guardian", "staff", "import", "operator", "system"] as const;

function actorText(t: T, actor: string): string {
  const known = actors.find((one) => one === actor);
  return known ? t(`staff-queues:cases.actors.${known}`) : actor;
}

type GroupProps = {
  t: T;
  name: (typeof groups)[number] | "openSessions" | "rememberedDevices";
  columns: string[];
  isEmpty: boolean;
  children: Child;
};

function Group({ t, name, columns, isEmpty, children }: GroupProps) {
  const title = t(`staff-queues:cases.audit.groups.${name}`);
  return (
    <section>
      <h3>{title}</h3>
      {isEmpty ? (
        <p>{t("staff-queues:cases.audit.none")}</p>
      ) : (
        <ScrollTable name={title} columns={columns}>
          {children}
        </ScrollTable>
      )}
    </section>
  );
}
