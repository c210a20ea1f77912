import type { T } from "../../platform/i18n.ts";
import type { StaffSection } from "../../web/staff-sections.ts";

/** A part of the back office on its first page: how much waits there, when it is a queue. */
export type HomeSection = {
  name: StaffSection;
  url: string;
  waiting: { count: number; more: boolean; oldest: string | undefined } | undefined;
};

export function Home({ t, sections }: { t: T; sections: HomeSection[] }) {
  return (
    <>
      <h1>{t("staff:home.title")}</h1>
      <ul class="cards">
        {sections.map(({ name, url, waiting }) => (
          <li>
            <h2>
              <a href={url}>{t(`staff:menu.${name}`)}</a>
            </h2>
            <p>{t(`staff:home.what.${name}`)}</p>
            {waiting && (
              <p>
                <strong>
                  {t(waiting.more ? "staff:home.waitingMore" : "staff:home.waiting", { count: waiting.count })}
                </strong>
                {waiting.oldest && <> {t("staff:home.oldest", { age: waiting.oldest })}</>}
              </p>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
