import type { EntityState, ImportFile, ImportRun, RejectPage } from "../../domain/import-runs.ts";
import { longMoment } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import type { T } from "../../platform/i18n.ts";
import { OlderLink } from "../../web/paging.tsx";
import { French } from "../../web/ui/feed-word.tsx";
import { ScrollTable } from "../../web/ui/scroll-table.tsx";
import { Term } from "../../web/ui/term.tsx";
import { urls } from "../../web/urls.ts";

type Words = { t: T; language: Language };

const counts = ["applied", "unchanged", "ignored", "rejected"] as const;

function sourceOf(t: T, { source, sequence }: Pick<ImportRun, "source" | "sequence">): string {
  return source === null ? t("staff-ops:imports.loose") : t("staff-ops:imports.sequence", { source, sequence });
}

type ImportsProps = Words & {
  entities: (EntityState & { isLate: boolean })[];
  sources: { source: string; sequence: number }[];
  lateHours: number;
  runs: ImportRun[];
  older: string | undefined;
};

export function Imports({ t, language, entities, sources, lateHours, runs, older }: ImportsProps) {
  return (
    <>
      <h1>{t("staff-ops:imports.title")}</h1>
      <p>{t("staff-ops:imports.intro")}</p>
      <h2>{t("staff-ops:imports.runs")}</h2>
      <Runs t={t} language={language} runs={runs} />
      <OlderLink address={older} text={t("staff-ops:older")} />
      <h2>{t("staff-ops:imports.freshness")}</h2>
      <p>{t("staff-ops:imports.freshnessText", { hours: lateHours })}</p>
      {sources.length > 0 && (
        <p>
          {t("staff-ops:imports.sources", {
            list: sources.map(({ source, sequence }) => `${source} ${sequence}`).join(", "),
          })}
        </p>
      )}
      <Freshness t={t} language={language} entities={entities} />
    </>
  );
}

function Runs({ t, language, runs }: Words & { runs: ImportRun[] }) {
  if (runs.length === 0) return <p>{t("staff-ops:imports.noRuns")}</p>;
  const columns = [
    t("staff-ops:rights.columns.number"),
    t("staff-ops:imports.from"),
    t("staff-ops:imports.mode"),
    t("staff-ops:imports.started"),
    t("staff-ops:imports.finished"),
    t("staff-ops:imports.files"),
    ...counts.map((name) => t(`staff-ops:imports.${name}`)),
    t("staff-ops:imports.invited"),
  ];
  const moment = (at: number) => longMoment(at * 1000, language);
  return (
    <ScrollTable name={t("staff-ops:imports.runs")} columns={columns}>
      {runs.map((run) => (
        <tr>
          <th scope="row">
            <a href={urls.staffImport(run.runId)}>{run.runId}</a>
          </th>
          <td>{sourceOf(t, run)}</td>
          <td>{t(`staff-ops:imports.modes.${run.mode}`)}</td>
          <td>{moment(run.startedAt)}</td>
          <td>{run.finishedAt === null ? t("staff-ops:imports.unfinished") : moment(run.finishedAt)}</td>
          <td>
            {run.refused > 0
              ? t("staff-ops:imports.filesRefused", { files: run.files, refused: run.refused })
              : run.files}
          </td>
          {counts.map((name) => (
            <td>{run[name]}</td>
          ))}
          <td>{run.invited}</td>
        </tr>
      ))}
    </ScrollTable>
  );
}

function Freshness({ t, language, entities }: Words & Pick<ImportsProps, "entities">) {
  if (entities.length === 0) return <p>{t("staff-ops:imports.noData")}</p>;
  const moment = (at: number) => longMoment(at * 1000, language);
  const columns = [t("staff-ops:imports.entity"), t("staff-ops:imports.asOf"), t("staff-ops:imports.waiting")];
  return (
    <ScrollTable name={t("staff-ops:imports.freshness")} columns={columns}>
      {entities.map(({ entity, asOf, isLate, waiting, waitingSince }) => (
        <tr>
          <th scope="row">
            <French language={language}>{entity}</French>
          </th>
          <td>
            {asOf === null ? t("staff-ops:imports.never") : moment(asOf)}{" "}
            {isLate && <strong class="flag">{t("staff-ops:imports.late")}</strong>}
          </td>
          <td>
            {waitingSince === null
              ? 0
              : t("staff-ops:imports.waitingSince", { rows: waiting, moment: moment(waitingSince) })}
          </td>
        </tr>
      ))}
    </ScrollTable>
  );
}

export type ShownFile = ImportFile & {
  /** Of its report of rejects, when it is still there. */
  reportBytes: number | undefined;
};

export function ImportPage({ t, language, run, files }: Words & { run: ImportRun; files: ShownFile[] }) {
  const moment = (at: number) => t("staff-ops:when", { moment: longMoment(at * 1000, language) });
  const columns = [
    t("staff-ops:imports.entity"),
    t("staff-ops:imports.rows"),
    t("staff-ops:imports.result"),
    ...counts.map((name) => t(`staff-ops:imports.${name}`)),
    t("staff-ops:imports.rejects"),
  ];
  return (
    <>
      <p>
        <a href={urls.staffImports}>{t("staff-ops:imports.title")}</a>
      </p>
      <h1>{t("staff-ops:imports.run", { number: run.runId })}</h1>
      <dl>
        <Term name={t("staff-ops:imports.from")}>{sourceOf(t, run)}</Term>
        <Term name={t("staff-ops:imports.mode")}>{t(`staff-ops:imports.modes.${run.mode}`)}</Term>
        <Term name={t("staff-ops:imports.started")}>{moment(run.startedAt)}</Term>
        <Term name={t("staff-ops:imports.finished")}>
          {run.finishedAt === null ? t("staff-ops:imports.unfinished") : moment(run.finishedAt)}
        </Term>
        {counts.map((name) => (
          <Term name={t(`staff-ops:imports.${name}`)}>{run[name]}</Term>
        ))}
        <Term name={t("staff-ops:imports.invited")}>{run.invited}</Term>
      </dl>
      <h2>{t("staff-ops:imports.files")}</h2>
      {files.length === 0 ? (
        <p>{t("staff-ops:imports.noFiles")}</p>
      ) : (
        <ScrollTable name={t("staff-ops:imports.files")} columns={columns}>
          {files.map((file) => (
            <tr>
              <th scope="row">{file.name}</th>
              <td>{file.rows}</td>
              <td>
                {file.refusal === null ? (
                  t("staff-ops:imports.taken")
                ) : (
                  <>
                    <strong>{t("staff-ops:imports.refusal")}</strong> <span lang="en">{file.refusal}</span>
                  </>
                )}
              </td>
              {counts.map((name) => (
                <td>{file[name]}</td>
              ))}
              <td>
                <Report t={t} runId={run.runId} file={file} />
              </td>
            </tr>
          ))}
        </ScrollTable>
      )}
    </>
  );
}

function Report({ t, runId, file }: { t: T; runId: number; file: ShownFile }) {
  if (file.replacedBy !== null) {
    return <a href={urls.staffImport(file.replacedBy)}>{t("staff-ops:imports.replaced", { run: file.replacedBy })}</a>;
  }
  if (file.reportBytes === undefined) return <>{t("staff-ops:imports.noRejects")}</>;
  const which = <span class="hidden"> {t("staff-ops:imports.ofFile", { name: file.name })}</span>;
  return (
    <>
      <a href={urls.staffRejects(runId, file.place)}>
        {t("staff-ops:imports.read")}
        {which}
      </a>
      <br />
      <a href={urls.staffRejectsCsv(runId, file.place)}>
        {t("staff-ops:imports.download", { size: Math.ceil(file.reportBytes / 1024) })}
        {which}
      </a>
    </>
  );
}

type RejectsProps = Words & { runId: number; file: ImportFile; page: RejectPage; next: string | undefined };

export function Rejects({ t, language, runId, file, page, next }: RejectsProps) {
  const title = t("staff-ops:imports.rejectsTitle", { name: file.name });
  return (
    <>
      <p>
        <a href={urls.staffImport(runId)}>{t("staff-ops:imports.run", { number: runId })}</a>
      </p>
      <h1>{title}</h1>
      <p>{t("staff-ops:imports.rejectsIntro")}</p>
      <p>
        <a href={urls.staffRejectsCsv(runId, file.place)}>
          {t("staff-ops:imports.asCsv")}
          <span class="hidden"> {t("staff-ops:imports.ofFile", { name: file.name })}</span>
        </a>
      </p>
      {page.rows.length === 0 ? (
        <p>{t("staff-ops:none")}</p>
      ) : (
        <ScrollTable name={title} columns={page.header}>
          {page.rows.map((cells) => (
            <tr>
              {page.header.map((_, index) => (
                <td>
                  <French language={language}>{cells[index] ?? ""}</French>
                </td>
              ))}
            </tr>
          ))}
        </ScrollTable>
      )}
      <OlderLink address={next} text={t("staff-ops:next")} />
    </>
  );
}
