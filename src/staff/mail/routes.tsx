import { Hono } from "hono";
import { retryDeadMails, retryMail } from "../../domain/dead-mails.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { formOf, queryOf } from "../../web/forms.ts";
import { cutPage } from "../../web/paging.tsx";
import type { StaffWeb } from "../../web/staff-guards.ts";
import { urls } from "../../web/urls.ts";
import { MailQueue } from "./pages.tsx";
import { deadMails, lastAnswers, queueState, triedAnswers } from "./queries.ts";
import { mailQuerySchema, retrySchema } from "./schema.ts";

const deadShown = 50;
const newest = { at: Number.MAX_SAFE_INTEGER, mailId: 0 };

/** What waits to be sent, what the server said, and what was given up. */
export function staffMailRoutes(deps: Deps, { respond, guards }: StaffWeb) {
  return new Hono<Env>()
    .get(
      urls.staffMail,
      guards.may("mail.read"),
      queryOf(mailQuerySchema, (c) => errorPage(c, respond, 400)),
      (c) => {
        const { t, language } = c.var;
        const { after, retried } = c.req.valid("query");
        const found = deadMails(deps, after ?? newest, deadShown + 1);
        const { rows, older } = cutPage(
          found,
          deadShown,
          ({ at, mailId }) => `${urls.staffMail}?after=${at}.${mailId}`,
        );
        return respond.page(c, {
          title: t("staff-ops:mail.title"),
          section: "staffMail",
          main: (
            <MailQueue
              t={t}
              language={language}
              retried={retried}
              mails={queueState(deps, "mails")}
              texts={queueState(deps, "texts")}
              answers={[...triedAnswers(deps), ...lastAnswers(deps, "mails")]}
              textAnswers={lastAnswers(deps, "texts")}
              dead={rows}
              older={older}
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
        const { mail, all } = c.req.valid("form");
        if (mail === undefined && !all) return errorPage(c, respond, 400);
        const queued = mail === undefined ? await retryDeadMails(deps) : Number(retryMail(deps, mail));
        return respond.goTo(c, `${urls.staffMail}?retried=${queued}`);
      },
    );
}
