import { type Document, Window } from "happy-dom";
import type { Server } from "../kit/server.ts";

export type Answer = { status: number; headers: Headers; location: string | null; text: string; document: Document };

/** A person at the other end of the network: keeps cookies, sends forms as a browser does, follows nothing unasked. */
export function visitor(server: Pick<Server, "url">, cookies = new Map<string, string>()) {
  async function send(path: string, init: RequestInit = {}): Promise<Answer> {
    const headers = new Headers(init.headers);
    if (cookies.size > 0) headers.set("cookie", [...cookies].map(([name, value]) => `${name}=${value}`).join("; "));
    const response = await fetch(new URL(path, server.url), { ...init, headers, redirect: "manual" });
    for (const cookie of response.headers.getSetCookie()) keep(cookies, cookie);
    const text = await response.text();
    const { document } = new Window();
    document.write(text);
    return {
      status: response.status,
      headers: response.headers,
      location: response.headers.get("location"),
      text,
      document,
    };
  }
  return {
    cookies,
    get: (path: string, headers: Record<string, string> = {}) => send(path, { headers }),
    post: (path: string, fields: Record<string, string> = {}, headers: Record<string, string> = {}) =>
      send(path, { method: "POST", body: new URLSearchParams(fields), headers: { origin: server.url, ...headers } }),
    signIn(identifier: string, password = demoPassword): Promise<Answer> {
      return this.post("/login", { identifier, password });
    },
  };
}

export const demoPassword = "Demo-2026!";

function keep(cookies: Map<string, string>, cookie: string): void {
  const [pair = ""] = cookie.split(";");
  const [name = "", ...value] = pair.split("=");
  if (/max-age=0/i.test(cookie)) cookies.delete(name);
  else cookies.set(name, value.join("="));
}
