import { expect, test } from "vitest";
import type { Browser } from "../../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import type { Env } from "../../web/env.ts";

/** Many pages in a row, as text: nothing of them is looked at but what must not be there. */
function asker(portal: Portal, browser: Browser) {
  const incoming = {
    headers: { cookie: `session=${browser.cookies.get("session")}` },
    socket: { remoteAddress: "127.0.0.1" },
  };
  return async (path: string) => {
    const request = new Request(new URL(path, portal.config.origin), { headers: incoming.headers });
    const response = await portal.app.fetch(request, { incoming } as unknown as Env["Bindings"]);
    return { status: response.status, headers: [...response.headers], text: await response.text() };
  };
}

const people = { alice: "P0001", bob: "P0002", chloe: "P0003" } as const;

test.each(Object.entries(people))(
  "every payment of the base that is not %s’s is answered like one that does not exist",
  async (who, memberId) => {
    const portal = await startPortal();
    const browser = portal.browser();
    await browser.signIn(who);
    const ask = asker(portal, browser);
    const ids = portal.db.$client
      .prepare<[string], { id: string }>("SELECT payment_id AS id FROM payments WHERE member_id <> ?")
      .all(memberId)
      .map(({ id }) => id);
    expect(ids.length).toBeGreaterThan(890);
    const normal = ({ text, ...answer }: Awaited<ReturnType<typeof ask>>, id: string) => ({
      ...answer,
      text: text.replaceAll(id, "?").replace(/: [\w-]{10,}<\/p>/, ": ?</p>"),
    });
    const unknown = normal(await ask("/reimbursements/NOBODYS1"), "NOBODYS1");
    expect(unknown.status).toBe(404);
    for (const id of ids) expect(normal(await ask(`/reimbursements/${id}`), id)).toEqual(unknown);
  },
);

test("the ids of lines, of people and of statements open nothing as payments", async () => {
  const portal = await startPortal();
  const browser = portal.browser();
  await browser.signIn("alice");
  const ask = asker(portal, browser);
  for (const id of [
    "EX01",
    "P0001",
    "P0002",
    "10000001",
    "1",
    "0",
    "-1",
    "AMOEX02%20",
    "amoex02",
    "AMOEX02%00",
    "AMOEX02'--",
    "AMOEX0_",
    "AMOEX%25",
  ])
    expect([id, (await ask(`/reimbursements/${id}`)).status]).toEqual([
      id,
      expect.toSatisfy((status: number) => status === 404 || status === 400),
    ]);
  expect((await ask("/reimbursements/AMOEX02")).status).toBe(200);
});

test("nobody's payment is shown to a visitor, and the answer does not tell which ids exist", async () => {
  const portal = await startPortal();
  const visitor = portal.browser();
  for (const id of ["AMOEX02", "NOBODYS1"]) {
    const page = await visitor.get(`/reimbursements/${id}`);
    expect([page.status, page.location, page.text]).toEqual([303, `/login?next=%2Freimbursements%2F${id}`, ""]);
  }
  expect((await visitor.get("/reimbursements/export.csv")).status).toBe(303);
});

test("the list, the dashboard and the download of Bob hold nothing of the others", async () => {
  const portal = await startPortal();
  const bob = portal.browser();
  await bob.signIn("bob");
  const others = portal.db.$client
    .prepare<[], { id: string }>(
      "SELECT payment_id AS id FROM payments WHERE member_id <> 'P0002' UNION SELECT line_id FROM lines WHERE beneficiary_id <> 'P0002'",
    )
    .all();
  const texts = [
    await bob.get("/dashboard"),
    await bob.get("/reimbursements"),
    await bob.get("/reimbursements?beneficiary=P0001"),
    await bob.get("/reimbursements?q=alice"),
    await bob.get("/reimbursements/export.csv?beneficiary=P0001"),
  ].map(({ text }) => text);
  for (const text of texts) {
    const words = new Set(text.split(/[^\w]+/));
    expect(others.filter(({ id }) => words.has(id))).toEqual([]);
    expect(text).not.toMatch(/Alice|Léo|Chloé/);
  }
});

test("a cursor made from someone else's entry moves within one's own list alone", async () => {
  const portal = await startPortal();
  const bob = portal.browser();
  await bob.signIn("bob");
  const cursor = Buffer.from(JSON.stringify(["2026-10-01", "AMOEX05", "EX05"])).toString("base64url");
  for (const side of ["before", "after"]) {
    const page = await bob.get(`/reimbursements?${side}=${cursor}`);
    expect(page.status).toBe(200);
    for (const link of page.document.querySelectorAll("#results tbody a")) {
      const id = link.getAttribute("href")!.slice("/reimbursements/".length).split("#")[0];
      const owner = portal.db.$client.prepare("SELECT member_id FROM payments WHERE payment_id = ?").pluck().get(id);
      expect(owner).toBe("P0002");
    }
  }
});

test("a beneficiary's payment made to someone else is not told on a line they share", async () => {
  const portal = await startPortal();
  portal.db.$client.pragma("foreign_keys = OFF");
  portal.db.$client.exec(
    "UPDATE payments SET member_id = 'P0002' WHERE payment_id = 'AMCEX02'; UPDATE line_payments SET member_id = 'P0002' WHERE payment_id = 'AMCEX02'",
  );
  const paidOn = portal.db.$client.prepare("SELECT paid_on FROM payments WHERE payment_id = 'AMCEX02'").pluck().get();
  expect(paidOn).toBe("2025-11-16");
  const alice = portal.browser();
  await alice.signIn("alice");
  const page = await alice.get("/reimbursements/AMOEX02");
  expect(page.status).toBe(200);
  expect(page.text).not.toContain("AMCEX02");
  expect(page.text).not.toContain("16 novembre 2025");
  expect((await alice.get("/reimbursements/AMCEX02")).status).toBe(404);
});
