import { Hono } from "hono";
import { expect, test } from "vitest";
import { startPortal } from "../../test/kit/portal.ts";
import type { Env } from "./env.ts";
import { createGuards, sessionOf } from "./guards.ts";
import { createRespond } from "./respond.tsx";

/** A form behind the guard, and nothing else. */
async function guardedForm() {
  const portal = await startPortal();
  const respond = createRespond({ render: ({ main }) => main, documentTitle: (title) => title }, {}, false);
  const app = new Hono<Env>();
  app.use((c, next) => {
    c.set("language", "fr");
    return next();
  });
  app.post("/form", createGuards(portal, respond).signedIn, (c) => c.text(sessionOf(c).memberId));
  app.get("/open", (c) => c.text(sessionOf(c).memberId));
  app.onError((error, c) => c.text(error.message, 500));
  return { portal, app };
}

test.each([
  ["http://127.0.0.1:8080/dossier/contact?x=1", "/dossier/contact?x=1"],
  ["https://evil.example/dossier", "/dossier"],
  ["not an address", "/"],
  ["", "/"],
])(
  "a form sent after the end of the session leads to the page it stood on, %j, and never elsewhere",
  async (referer, next) => {
    const { app } = await guardedForm();
    const answer = await app.request("/form", { method: "POST", headers: { referer } });
    expect([answer.status, answer.headers.get("location")]).toEqual([303, `/login?next=${encodeURIComponent(next)}`]);
  },
);

test("with a living session the form is heard", async () => {
  const { app, portal } = await guardedForm();
  const alice = portal.browser();
  await alice.signIn("alice");
  const headers = { cookie: `session=${alice.cookies.get("session")}` };
  expect(await (await app.request("/form", { method: "POST", headers })).text()).toBe("P0001");
});

test("a page that asks for the person without the guard is a fault of ours, found at once", async () => {
  const { app } = await guardedForm();
  const answer = await app.request("/open");
  expect([answer.status, await answer.text()]).toEqual([500, "this route lacks the signedIn guard"]);
});
