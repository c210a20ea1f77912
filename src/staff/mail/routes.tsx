import { Hono } from "hono";
import { retryAll, retryOne, type SendingTable } from "../../domain/given-up.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { formOf, queryOf } from "../../web/forms.ts";
import { cutPage } from "../../web/paging.tsx";
import { type StaffWeb, staffOf } from "../../web/staff-guards.ts";
import { urls } from "../../web/urls.ts";
import { MailQueue } from "./pages.tsx";
import { givenUp, lastAnswers, queueState, triedAnswers, undeliveredTexts } from "./queries.ts";
import { mailQuerySchema, retrySchema } from "./schema.ts";

const givenUpShown = 50;
const newest = { at: Number.MAX_SAFE_INTEGER, id: 0 };

/** What waits to be sent, what the server said, and what was given up. */
export function staffMailRoutes(deps: Deps, { respond, guards }: StaffWeb) {
  return new Hono<Env>()
    .get(
      urls.staffMail,
      guards.may("mail.read"),
      queryOf(mailQuerySchema, (c) => errorPage(c, respond, 400)),
      (c) => {
        const { t, language } = c.var;
        const { retried, ...after } = c.req.valid("query");
        const page = (table: SendingTable) =>
          cutPage(
            givenUp(deps, table, after[table] ?? newest, givenUpShown + 1),
            givenUpShown,
            ({ at, id }) => `${urls.staffMail}?${table}=${at}.${id}#${table}`,
          );
        const queue = (table: SendingTable) => ({
          state: queueState(deps, table),
          answers: [...triedAnswers(deps, table), ...lastAnswers(deps, table)],
          givenUp: page(table),
        });
        return respond.page(c, {
          title: t("staff-ops:mail.title"),
          section: "staffMail",
          main: (
            <MailQueue
              t={t}
              language={language}
              retried={retried}
              mails={queue("mails")}
              texts={queue("texts")}
              undelivered={undeliveredTexts(deps)}
            />
          ),
        });
      },
    )
    .post(
      urls.staffMailRetry,
      guards.may("mail.retry"),
      formOf(retrySchema, (c) => errorPage(c, respond, 400)),
      async (c) => {
        const { mail, text, all } = c.req.valid("form");
        const by = { actor: "staff", staff: staffOf(c).email } as const;
        let queued: number;
        if (mail !== undefined) queued = Number(retryOne(deps, "mails", mail, by));
        else if (text !== undefined) queued = Number(retryOne(deps, "texts", text, by));
        else if (all !== undefined) queued = await retryAll(deps, all, by);
        else return errorPage(c, respond, 400);
        return respond.goTo(c, `${urls.staffMail}?retried=${queued}`);
      },
    );
}
