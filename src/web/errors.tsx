import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { T } from "../platform/i18n.ts";
import type { Ctx } from "./env.ts";
import type { Respond } from "./respond.tsx";
import { urls } from "./urls.ts";

const pages = {
  400: "badRequest",
  403: "forbidden",
  404: "notFound",
  413: "tooLarge",
  422: "unprocessable",
  500: "internal",
  503: "unavailable",
} as const;

export type ErrorStatus = keyof typeof pages | 429;

/**
 * The page of a refusal: what happened, what to do next, and the reference that finds it in the log.
 * @param waitSeconds for 429: how long until the next try is heard.
 * @param own its words, where more can be said than the status does.
 */
export function errorPage(
  c: Ctx,
  respond: Respond,
  status: ErrorStatus,
  waitSeconds = 60,
  own?: { title: string; text: string; next?: string },
): Response {
  const t = c.var.t;
  const minutes = Math.max(1, Math.ceil(waitSeconds / 60));
  const words =
    status === 429
      ? {
          title: own?.title ?? t("errors:tooMany.title"),
          text: own?.text ?? t("errors:tooMany.text"),
          next: t("errors:tooMany.next", { count: minutes }),
        }
      : {
          title: own?.title ?? t(`errors:${pages[status]}.title`),
          text: own?.text ?? t(`errors:${pages[status]}.text`),
          next: own?.next ?? t(`errors:${pages[status]}.next`),
        };
  const response = respond.page(c, {
    title: words.title,
    status: status satisfies ContentfulStatusCode,
    main: <Refusal {...words} reference={c.var.requestId} t={t} />,
  });
  if (status === 429) response.headers.set("Retry-After", String(Math.max(1, Math.ceil(waitSeconds))));
  if (status === 503) response.headers.set("Retry-After", "60");
  return response;
}

type RefusalProps = { title: string; text: string; next: string; reference: string; t: T };

function Refusal({ title, text, next, reference, t }: RefusalProps) {
  return (
    <>
      <h1>{title}</h1>
      <p>{text}</p>
      <p>{next}</p>
      <p>
        <a href={urls.home}>{t("errors:backHome")}</a>
      </p>
      <p class="hint">{t("errors:reference", { id: reference })}</p>
    </>
  );
}
