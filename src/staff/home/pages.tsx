import type { T } from "../../platform/i18n.ts";
import type { StaffSection } from "../../web/staff-sections.ts";
import { ScrollTable } from "../../web/ui/scroll-table.tsx";
import type { Count, Waiting } from "./waiting.ts";

/** A part of the back office on its first page: how much waits there, when it is a queue. */
export type HomeSection = {
  name: StaffSection;
  url: string;
  waiting: (Omit<Waiting, "oldest"> & { oldest: string | undefined }) | undefined;
};

/** What waits, and where everything is. */
export function Home({ t, sections }: { t: T; sections: HomeSection[] }) {
  const columns = [t("staff:home.queue"), t("staff:home.count"), t("staff:home.age")];
  return (
    <>
      <h1>{t("staff:home.title")}</h1>
      <h2>{t("staff:home.queues")}</h2>
      <ScrollTable name={t("staff:home.queues")} columns={columns}>
        {sections.map(
          ({ name, url, waiting }) =>
            waiting && (
              <tr>
                <th scope="row">
                  <a href={url}>{t(`staff:menu.${name}`)}</a>
                  <p class="hint">{t(`staff:home.what.${name}`)}</p>
                </th>
                <td>
                  {countText(t, waiting)}
                  {waiting.overdue && (
                    <>
                      {" "}
                      <strong>{t("staff:home.overdue", { count: countText(t, waiting.overdue) })}</strong>
                    </>
                  )}
                </td>
                <td>{waiting.oldest}</td>
              </tr>
            ),
        )}
      </ScrollTable>
      <h2>{t("staff:home.tools")}</h2>
      <ul>
        {sections.map(
          ({ name, url, waiting }) =>
            !waiting && (
              <li>
                <a href={url}>{t(`staff:menu.${name}`)}</a>
                <p class="hint">{t(`staff:home.what.${name}`)}</p>
              </li>
            ),
        )}
      </ul>
    </>
  );
}

const countText = (t: T, { count, more }: Count) => (more ? t("staff:home.waitingMore", { count }) : String(count));
