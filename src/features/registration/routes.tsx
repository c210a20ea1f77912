import { Hono } from "hono";
import { guardianFaults } from "../../domain/account-form.ts";
import { decide, findQuestion } from "../../domain/guardians.ts";
import { countUse } from "../../domain/throttle.ts";
import { longMoment } from "../../lib/dates.ts";
import type { Deps } from "../../platform/deps.ts";
import { challengeCookieName, readCookie } from "../../web/cookies.ts";
import type { Ctx, Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { type Faults, formOf, type Typed } from "../../web/forms.ts";
import { titleWith } from "../../web/ui/error-summary.tsx";
import { urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { askAnother, findWaiting, requestRegistration, sendAgain } from "./actions.ts";
import { Answered, type News, news, OtherGuardian, Question, QuestionOver, Register, Told } from "./pages.tsx";
import { readBirthDate, registrationFaults } from "./rules.ts";
import { guardianSchema, otherGuardianSchema, type RegistrationField, registrationSchema } from "./schema.ts";

/** Far longer than a token of ours: what is kept of an address that somebody made up. */
const longestToken = 100;

export function registrationRoutes(deps: Deps, { respond, guards }: Web) {
  const { config, deferred } = deps;
  const { name: organisation, phone } = config.organisation;
  const guardianPath = "/guardian/:token";
  const statusOf = (faults: Faults) => (Object.keys(faults).length > 0 ? 422 : 200);

  const formPage = (c: Ctx, faults: Faults<RegistrationField>, typed: Typed<RegistrationField>) => {
    const { t } = c.var;
    return respond.page(c, {
      title: titleWith(t, t("registration:title"), faults),
      status: statusOf(faults),
      main: <Register t={t} organisation={organisation} faults={faults} typed={typed} />,
    });
  };

  const toldPage = (c: Ctx, which: News) => {
    const { t } = c.var;
    return respond.page(c, {
      title: t(`registration:told.${which}.title`),
      main: <Told t={t} which={which} phone={phone} />,
    });
  };

  const questionPage = (c: Ctx, faults: Faults<"decision">) => {
    const { t, language } = c.var;
    const token = c.req.param("token") ?? "";
    const question = findQuestion(deps, token);
    if (!question) return overPage(c);
    return respond.page(c, {
      title: titleWith(t, t("registration:guardian.title"), faults),
      status: statusOf(faults),
      main: (
        <Question
          t={t}
          action={urls.guardian(token)}
          organisation={organisation}
          name={`${question.firstNames} ${question.initial}.`}
          guardianName={question.guardianName}
          until={longMoment(question.expiresAt * 1000, language)}
          faults={faults}
        />
      ),
    });
  };

  const overPage = (c: Ctx) => {
    const { t } = c.var;
    const title = t("registration:guardianOver.title");
    return respond.page(c, { title, status: 410, main: <QuestionOver t={t} phone={phone} /> });
  };

  const answeredPage = (c: Ctx, decision: "accept" | "refuse") => {
    const { t } = c.var;
    const title = t(`registration:answered.${decision}.title`);
    return respond.page(c, { title, main: <Answered t={t} decision={decision} phone={phone} /> });
  };

  const challengeOf = (c: Ctx) => readCookie(c, challengeCookieName(config.secureOrigin));
  /** Without the cookie that the right password brought, the browser has refused it: the page to sign in says so. */
  const backToLogin = (c: Ctx) => (challengeOf(c) === undefined ? urls.loginWithoutCookie(urls.dashboard) : urls.login);
  const waitingOf = (c: Ctx) => findWaiting(deps, challengeOf(c));

  type GuardianField = "guardianName" | "guardianEmail";
  const otherGuardianPage = (c: Ctx, faults: Faults<GuardianField>, typed: Typed<GuardianField>) => {
    const { t } = c.var;
    return respond.page(c, {
      title: titleWith(t, t("registration:otherGuardian.title"), faults),
      status: statusOf(faults),
      main: <OtherGuardian t={t} faults={faults} typed={typed} />,
    });
  };

  return new Hono<Env>()
    .get(urls.register, guards.maybeSignedIn, (c) => {
      const which = news.find((name) => c.req.query(name) !== undefined);
      if (which) return toldPage(c, which);
      return c.var.session ? respond.goTo(c, urls.dashboard) : formPage(c, {}, {});
    })
    .post(
      urls.register,
      formOf(registrationSchema, (c, faults, typed) =>
        formPage(c, { ...registrationFaults(deps, typed), ...faults }, typed),
      ),
      async (c) => {
        const typed = c.req.valid("form");
        const birth = readBirthDate(deps, typed);
        const faults = registrationFaults(deps, typed);
        if (birth.day === undefined || statusOf(faults) === 422) return formPage(c, faults, typed);
        const { language, address } = c.var;
        const waitSeconds = countUse(deps, "registrationAddress", address);
        if (waitSeconds > 0) return errorPage(c, respond, 429, waitSeconds);
        await requestRegistration(deps, typed, birth.day, { language, address });
        return respond.goTo(c, `${urls.register}?sent`);
      },
    )
    .post("/activate/:token/renew", (c) => {
      const waitSeconds = countUse(deps, "registrationAddress", c.var.address);
      if (waitSeconds > 0) return errorPage(c, respond, 429, waitSeconds);
      // Ours or not, the link is looked at after the answer.
      deferred.add("link.lapsed", c.req.param("token").slice(0, longestToken));
      return respond.goTo(c, `${urls.register}?renewed`);
    })
    .post(urls.loginResend, (c) => {
      const waitSeconds = countUse(deps, "registrationAddress", c.var.address);
      if (waitSeconds > 0) return errorPage(c, respond, 429, waitSeconds);
      return respond.goTo(c, sendAgain(deps, challengeOf(c)) ? `${urls.register}?resent` : backToLogin(c));
    })
    .get(urls.registerGuardian, (c) => (waitingOf(c) ? otherGuardianPage(c, {}, {}) : respond.goTo(c, backToLogin(c))))
    .post(urls.registerGuardian, formOf(otherGuardianSchema, otherGuardianPage), (c) => {
      const typed = c.req.valid("form");
      const account = waitingOf(c);
      if (!account) return respond.goTo(c, backToLogin(c));
      const faults = guardianFaults(typed, account.email);
      if (statusOf(faults) === 422) return otherGuardianPage(c, faults, typed);
      const waitSeconds =
        countUse(deps, "registrationAddress", c.var.address) ||
        countUse(deps, "mailbox", `guardians of ${account.memberId}`);
      if (waitSeconds > 0) return errorPage(c, respond, 429, waitSeconds);
      return respond.goTo(c, askAnother(deps, challengeOf(c), typed) ? `${urls.register}?asked` : urls.login);
    })
    .get(urls.guardianAnswered("accept"), (c) => answeredPage(c, "accept"))
    .get(urls.guardianAnswered("refuse"), (c) => answeredPage(c, "refuse"))
    .get(guardianPath, (c) => questionPage(c, {}))
    .post(guardianPath, formOf(guardianSchema, questionPage), (c) => {
      const { decision } = c.req.valid("form");
      const decided = decide(deps, { token: c.req.param("token"), decision, address: c.var.address });
      return decided.ok ? respond.goTo(c, urls.guardianAnswered(decision)) : overPage(c);
    });
}
