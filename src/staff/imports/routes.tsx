import { Hono } from "hono";
import { latenessOf } from "../../domain/freshness.ts";
import {
  entityStates,
  filesOfRun,
  findRun,
  listRuns,
  readRejects,
  rejectReport,
  sourceSequences,
  streamReport,
} from "../../domain/import-runs.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Ctx, Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { queryOf } from "../../web/forms.ts";
import { cutPage, pageSchema } from "../../web/paging.tsx";
import type { StaffWeb } from "../../web/staff-guards.ts";
import { urls } from "../../web/urls.ts";
import { ImportPage, Imports, Rejects } from "./pages.tsx";
import { rejectsSchema } from "./schema.ts";

const runsShown = 50;

/** What the back office's files have brought, and what of them was refused. */
export function staffImportsRoutes(deps: Deps, { respond, guards }: StaffWeb) {
  const { config } = deps;

  const runOf = (c: Ctx) => findRun(deps, Number(c.req.param("id")));

  /** A file by its number in the run, and its report: no piece of a path comes from an address. */
  const reportOf = (c: Ctx) => {
    const run = runOf(c);
    const file = run && filesOfRun(deps, run.runId).find(({ place }) => place === Number(c.req.param("number")));
    const report = file && rejectReport(config.dataDir, file);
    return run && file && report ? { run, file, report } : undefined;
  };

  const path = "/staff/imports/:id{[1-9][0-9]{0,14}}";
  const rejectsPath = `${path}/rejects/:number{[1-9][0-9]{0,5}}`;
  return new Hono<Env>()
    .get(
      urls.staffImports,
      guards.may("imports.read"),
      queryOf(pageSchema, (c) => errorPage(c, respond, 400)),
      (c) => {
        const { t, language } = c.var;
        const found = listRuns(deps, c.req.valid("query").before, runsShown + 1);
        const { rows, older } = cutPage(found, runsShown, ({ runId }) => `${urls.staffImports}?before=${runId}`);
        const entities = entityStates(deps).map((state) => ({
          ...state,
          isLate: latenessOf(deps, [state.entity])?.kind === "late",
        }));
        return respond.page(c, {
          title: t("staff-ops:imports.title"),
          section: "staffImports",
          main: (
            <Imports
              t={t}
              language={language}
              entities={entities}
              sources={sourceSequences(deps)}
              lateHours={config.feedLateHours}
              runs={rows}
              older={older}
            />
          ),
        });
      },
    )
    .get(path, guards.may("imports.read"), (c) => {
      const { t, language } = c.var;
      const run = runOf(c);
      if (!run) return errorPage(c, respond, 404);
      const files = filesOfRun(deps, run.runId).map((file) => ({
        ...file,
        reportBytes: rejectReport(config.dataDir, file)?.bytes,
      }));
      return respond.page(c, {
        title: t("staff-ops:imports.run", { number: run.runId }),
        section: "staffImports",
        main: <ImportPage t={t} language={language} run={run} files={files} />,
      });
    })
    .get(
      rejectsPath,
      guards.may("imports.read"),
      queryOf(rejectsSchema, (c) => errorPage(c, respond, 400)),
      async (c) => {
        const { t, language } = c.var;
        const found = reportOf(c);
        const page = found && (await readRejects(found.report.path, c.req.valid("query").from));
        if (!found || !page) return errorPage(c, respond, 404);
        const { run, file } = found;
        const next =
          page.next === undefined ? undefined : `${urls.staffRejects(run.runId, file.place)}?from=${page.next}`;
        return respond.page(c, {
          title: t("staff-ops:imports.rejectsTitle", { name: file.name }),
          section: "staffImports",
          main: <Rejects t={t} language={language} runId={run.runId} file={file} page={page} next={next} />,
        });
      },
    )
    .get(`${rejectsPath}/csv`, guards.may("imports.read"), (c) => {
      const found = reportOf(c);
      if (!found) return errorPage(c, respond, 404);
      const { file, report } = found;
      return respond.stream(c, streamReport(report.path), "text/csv; charset=utf-8", `rejets_${file.name}`);
    });
}
