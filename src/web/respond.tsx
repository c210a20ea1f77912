import { hash } from "node:crypto";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { html, raw } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { Ctx } from "./env.ts";
import { withFormToken } from "./form-token.ts";
import { header } from "./header.ts";
import type { Shell } from "./layout.tsx";
import type { StaffSection } from "./staff-sections.ts";
import { Notice } from "./ui/notice.tsx";

/** What a page is made of: JSX, an `html` template, or nothing. */
export type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

const fragment = (title: string, markup: string, announcement: string) =>
  String(
    html`<title>${title}</title>${raw(markup)}<div id="status" role="status" hx-swap-oob="innerHTML">${announcement}</div>`,
  );

/** A whole page, and the region of it that a fragment request replaces. */
export type View = {
  title: string;
  main: Markup | (() => Markup);
  /** The element, with its id, that htmx may ask for alone. */
  region?: Markup | undefined;
  /** Said aloud by screen readers when only the region changes. */
  announcement?: () => string;
  status?: ContentfulStatusCode;
  section?: "dashboard" | "reimbursements" | "dossier" | "documents" | "account" | StaffSection | undefined;
  /** A script of the build that this page alone needs. */
  script?: "passkey.js" | undefined;
  /** No search engine keeps the page. */
  noindex?: boolean;
};

export type Respond = {
  /** The page, or its region alone when htmx asked for a part: the only place that decides. */
  page(c: Ctx, view: View): Response;
  /** Leaves for another page of the portal: 303, or the whole page for htmx, which would swap it into a region. */
  goTo(c: Ctx, path: string): Response;
  /** A file to download, built by us: its type and name never come from a person. */
  file(c: Ctx, body: string | Uint8Array<ArrayBuffer>, type: string, name: string): Response;
  /** The same of any length, piece by piece. */
  stream(c: Ctx, body: ReadableStream<Uint8Array>, type: string, name: string): Response;
  /** The same for anybody: kept by caches for a day, then asked for again by its tag. */
  publicFile(c: Ctx, body: Uint8Array<ArrayBuffer>, type: string, name: string): Response;
  /** A few values for a script of ours. */
  json(c: Ctx, value: object): Response;
  /** A short text for machines. */
  text(c: Ctx, body: string, status?: ContentfulStatusCode): Response;
};

export function createRespond(shell: Shell, headers: Record<string, string>, secure: boolean): Respond {
  const pageHeaders = {
    ...headers,
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "private, no-store",
    Vary: "HX-Request-Type, Accept-Encoding, Cookie",
  };
  const byLanguage = {
    fr: { ...pageHeaders, "Content-Language": "fr" },
    en: { ...pageHeaders, "Content-Language": "en" },
  };
  return {
    page(c, { title, main, region, announcement, status = 200, section, script, noindex = false }) {
      const language = c.get("language");
      const drawMain = () => String(typeof main === "function" ? main() : main);
      if (isPartial(c)) {
        const documentTitle = shell.documentTitle(title);
        const spoken = announcement?.() ?? "";
        if (region) return send(c, fragment(documentTitle, String(region), spoken), status, byLanguage[language]);
        // A page without such a region, a refusal for one, fills the whole of the content.
        const whole = { ...byLanguage[language], "HX-Retarget": "#content", "HX-Reswap": "innerHTML" };
        return send(c, fragment(documentTitle, drawMain(), title), status, whole);
      }
      const content = drawMain();
      const body = shell.render(c, {
        section,
        script,
        status,
        noindex,
        title,
        main: c.get("showsDraft") ? drawKept(c) + content : content,
      });
      return send(c, withFormToken(c, body, secure), status, byLanguage[language]);
    },
    goTo(c, path) {
      const partial = isPartial(c);
      return send(c, null, partial ? 204 : 303, {
        ...byLanguage[c.get("language")],
        [partial ? "HX-Location" : "Location"]: path,
      });
    },
    file: (c, body, type, name) =>
      send(c, body, 200, {
        ...headers,
        "Content-Type": type,
        "Content-Disposition": `attachment; filename="${name}"`,
        "Cache-Control": "private, no-store",
        Vary: "Accept-Encoding, Cookie",
      }),
    stream: (_c, body, type, name) =>
      new Response(body, {
        headers: {
          ...headers,
          "Content-Type": type,
          "Content-Disposition": `attachment; filename="${name}"`,
          "Cache-Control": "private, no-store",
          Vary: "Cookie",
        },
      }),
    publicFile(c, body, type, name) {
      const tag = `"${hash("sha256", body).slice(0, 32)}"`;
      const kept = { ...headers, "Cache-Control": "public, max-age=86400", ETag: tag };
      // No cookie: a cache would hand it to everybody.
      if (header(c, "if-none-match")?.includes(tag)) return new Response(null, { status: 304, headers: kept });
      const disposition = `attachment; filename="${name}"`;
      return new Response(body, {
        status: 200,
        headers: { ...kept, "Content-Type": type, "Content-Disposition": disposition },
      });
    },
    json: (c, value) =>
      send(c, JSON.stringify(value), 200, {
        ...headers,
        "Content-Type": "application/json; charset=utf-8",
        "Cache-Control": "private, no-store",
        Vary: "Cookie",
      }),
    text: (c, body, status = 200) =>
      send(c, body, status, { ...headers, "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" }),
  };
}

/** Says that the form shows what was typed before the session ended. */
function drawKept({ var: { t } }: Ctx): string {
  return String(
    <Notice id="kept">
      <p>{t("sessionEnd.kept")}</p>
    </Notice>,
  );
}

/** htmx 4 says what it will do with the answer; history and boosted requests want the whole page. */
export function isPartial(c: Ctx): boolean {
  return header(c, "hx-request-type") === "partial";
}

function send(
  c: Ctx,
  body: string | Uint8Array<ArrayBuffer> | null,
  status: number,
  headers: Record<string, string>,
): Response {
  const [bytes, encoding] = compress(body, header(c, "accept-encoding"));
  const all = encoding ? { ...headers, "Content-Encoding": encoding } : headers;
  const cookies = c.get("cookies");
  // A plain record is what the server writes fastest; only cookies need the list that Headers can hold.
  if (!cookies?.length) return new Response(bytes, { status, headers: all });
  const list = new Headers(all);
  for (const cookie of cookies) list.append("Set-Cookie", cookie);
  return new Response(bytes, { status, headers: list });
}

type Body = string | Uint8Array<ArrayBuffer> | null;

/** Brotli at level 4 is smaller than gzip for half as much time again: 0.1 ms for a page. */
function compress(body: Body, accepted: string | undefined): [Body, "br" | "gzip" | undefined] {
  if (!accepted || body === null || body.length < 1_000) return [body, undefined];
  if (/\bbr\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/.test(accepted)) {
    return [brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }), "br"];
  }
  if (/\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))/.test(accepted)) return [gzipSync(body), "gzip"];
  return [body, undefined];
}
