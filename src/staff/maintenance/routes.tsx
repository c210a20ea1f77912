import { Hono } from "hono";
import { readMaintenance, setMaintenance } from "../../domain/maintenance.ts";
import { seconds } from "../../lib/clock.ts";
import { longMoment } from "../../lib/dates.ts";
import type { Deps } from "../../platform/deps.ts";
import { draftOf } from "../../web/drafts.ts";
import type { Ctx, Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { type Faults, formOf, queryOf, type Typed } from "../../web/forms.ts";
import { type StaffWeb, staffOf } from "../../web/staff-guards.ts";
import { titleWith } from "../../web/ui/error-summary.tsx";
import { urls } from "../../web/urls.ts";
import { Conflict } from "../queue/decision.tsx";
import { type MaintenanceField, MaintenancePage, staffName } from "./pages.tsx";
import { readMoment } from "./rules.ts";
import { doneSchema, maintenanceSchema } from "./schema.ts";

/** All that was typed, but not that it was meant. */
const keptFields = ["mode", "untilDay", "untilMonth", "untilYear", "untilTime", "message"] as const;

/** Closes the portal to members, lets them only look, or opens it again. */
export function staffMaintenanceRoutes(deps: Deps, { respond, guards }: StaffWeb) {
  const page = (c: Ctx, faults: Faults<MaintenanceField>, typed: Typed<MaintenanceField>, done = false) => {
    const { t, language } = c.var;
    // Nobody types which state was seen: it stands in the form.
    if (faults.seen) return errorPage(c, respond, 400);
    return respond.page(c, {
      title: titleWith(t, t("staff-ops:maintenance.title"), faults),
      section: "staffMaintenance",
      status: Object.keys(faults).length > 0 ? 422 : 200,
      main: (
        <MaintenancePage
          t={t}
          language={language}
          state={readMaintenance(deps)}
          faults={faults}
          typed={typed}
          done={done}
        />
      ),
    });
  };

  /** The fields as they were typed, with what only their reading together shows. */
  const faulty = (c: Ctx, faults: Faults<MaintenanceField>, typed: Typed<MaintenanceField>) => {
    const { moment, faults: more } = readMoment("until", typed);
    const past = isPast(moment) ? { untilDay: "momentPast" as const } : {};
    return page(c, { ...past, ...more, ...faults }, typed);
  };
  const isPast = (moment: number | null | undefined) => typeof moment === "number" && moment <= seconds(deps.clock);

  const conflictPage = (c: Ctx, typed: string) => {
    const { t, language } = c.var;
    const { by, since, mode } = readMaintenance(deps);
    const news = t("staff-ops:maintenance.conflict", {
      staff: staffName(t, by),
      moment: longMoment(since * 1000, language),
      mode: t(`staff-ops:maintenance.states.${mode}`),
    });
    return respond.page(c, {
      title: t("staff-queues:conflict.title"),
      section: "staffMaintenance",
      status: 409,
      main: (
        <Conflict t={t} news={news} typed={typed}>
          <p>
            <a href={urls.staffMaintenance}>{t("staff-ops:maintenance.title")}</a>
          </p>
        </Conflict>
      ),
    });
  };

  return new Hono<Env>()
    .get(
      urls.staffMaintenance,
      guards.may("maintenance.set"),
      queryOf(doneSchema, (c) => errorPage(c, respond, 400)),
      (c) => page(c, {}, draftOf(c, keptFields), c.req.valid("query").done !== undefined),
    )
    .post(urls.staffMaintenance, guards.may("maintenance.set"), formOf(maintenanceSchema, faulty), (c) => {
      const form = c.req.valid("form");
      const { mode, message, seen } = form;
      const { moment, faults } = readMoment("until", form);
      const past = isPast(moment) && mode !== "open" ? { untilDay: "momentPast" as const } : {};
      const all = { ...past, ...faults };
      if (Object.keys(all).length > 0) return page(c, all, { ...form, seen: String(seen) });
      // An open portal has no end to announce, and nothing to say.
      const isOpen = mode === "open";
      const change = { mode, until: isOpen ? null : (moment ?? null), message: isOpen ? null : message || null };
      const isSet = setMaintenance(deps, { ...change, actor: "staff", by: staffOf(c).email, seen });
      return isSet ? respond.goTo(c, `${urls.staffMaintenance}?done`) : conflictPage(c, message);
    });
}
