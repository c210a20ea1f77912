import { Hono } from "hono";
import { may } from "../../domain/staff-roles.ts";
import { seconds } from "../../lib/clock.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Env } from "../../web/env.ts";
import { type StaffWeb, staffOf } from "../../web/staff-guards.ts";
import { type StaffSection, staffSections } from "../../web/staff-sections.ts";
import { urls } from "../../web/urls.ts";
import { ageText } from "../queue/age.ts";
import { Home } from "./pages.tsx";
import { waitingIn } from "./waiting.ts";

export function staffHomeRoutes(deps: Deps, { respond, guards }: StaffWeb) {
  return new Hono<Env>().get(urls.staff, guards.signedIn, (c) => {
    const { t } = c.var;
    const { role } = staffOf(c);
    const now = seconds(deps.clock);
    const waitingOf = (section: StaffSection) => {
      const waiting = waitingIn(deps, section);
      if (!waiting) return undefined;
      const { oldest } = waiting;
      return { ...waiting, oldest: oldest === undefined ? undefined : ageText(t, now - oldest) };
    };
    const sections = staffSections
      .filter(({ act }) => may(role, act))
      .map(({ name, url }) => ({ name, url, waiting: waitingOf(name) }));
    return respond.page(c, { title: t("staff:home.title"), main: <Home t={t} sections={sections} /> });
  });
}
