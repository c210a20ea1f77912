import { type Document, Window } from "happy-dom";
import type { Hono } from "hono";
import type { Env } from "../../src/web/env.ts";

export type Page = { status: number; headers: Headers; text: string; document: Document; location: string | null };

type Fields = Record<string, string> | [string, string][];

export const demoPassword = "Demo-2026!";
export const numbers = { alice: "10000001", bob: "10000002", chloe: "10000003", david: "10000004" } as const;

/** A browser without JavaScript: it keeps cookies, sends forms as one does, and follows nothing unasked. */
export class Browser {
  readonly cookies = new Map<string, string>();
  private readonly app: Hono<Env>;
  private readonly origin: string;
  private readonly address: string;

  constructor(app: Hono<Env>, origin: string, address: string) {
    this.app = app;
    this.origin = origin;
    this.address = address;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Page> {
    return this.send(path, { headers: { "sec-fetch-site": "same-origin", ...headers } });
  }

  /** Sends a form from a page of the portal. */
  post(path: string, fields: Fields = {}, headers: Record<string, string> = {}): Promise<Page> {
    return this.send(path, {
      method: "POST",
      body: new URLSearchParams(fields).toString(),
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        origin: this.origin,
        "sec-fetch-site": "same-origin",
        ...headers,
      },
    });
  }

  /** Asks for a part of a page, as htmx does. */
  htmx(path: string): Promise<Page> {
    return this.send(path, {
      headers: { "hx-request": "true", "hx-request-type": "partial", "sec-fetch-site": "same-origin" },
    });
  }

  /** Goes where a 303 leads, as often as it does. */
  async follow(page: Page): Promise<Page> {
    let current = page;
    while (current.status === 303 && current.location) current = await this.get(current.location);
    return current;
  }

  /** Signs in through the form. */
  async signIn(who: keyof typeof numbers | string, password = demoPassword): Promise<Page> {
    const identifier = who in numbers ? numbers[who as keyof typeof numbers] : who;
    return this.post("/login", { identifier, password });
  }

  async send(path: string, init: RequestInit): Promise<Page> {
    const url = new URL(path, this.origin);
    const headers = new Headers(init.headers);
    if (this.cookies.size > 0)
      headers.set("cookie", [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; "));
    const request = new Request(url, { ...init, headers, redirect: "manual" });
    const incoming = { headers: Object.fromEntries(headers), socket: { remoteAddress: this.address } };
    const response = await this.app.fetch(request, { incoming } as unknown as Env["Bindings"]);
    for (const cookie of response.headers.getSetCookie()) this.keep(cookie);
    const text = await response.text();
    let parsed: Document | undefined;
    return {
      status: response.status,
      headers: response.headers,
      text,
      // Read only when a test looks at it: most answers are known by their status, and a document weighs megabytes.
      get document() {
        parsed ??= parse(text);
        return parsed;
      },
      location: response.headers.get("location"),
    };
  }

  private keep(cookie: string): void {
    const [pair = ""] = cookie.split(";");
    const [name = "", ...value] = pair.split("=");
    if (/max-age=0/i.test(cookie)) this.cookies.delete(name);
    else this.cookies.set(name, value.join("="));
  }
}

// One window for all documents: each has its own copy of every class of the DOM, megabytes of them.
const { DOMParser } = new Window();

function parse(text: string): Document {
  return new DOMParser().parseFromString(text, "text/html") as unknown as Document;
}
