import { expect, test } from "vitest";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";

/** Where somebody finds a payment: on the dashboard, in the list, on its own page, in the download. */
async function placesOf(portal: Portal, who: string, paymentId: string, label: string) {
  const browser = portal.browser();
  await browser.signIn(who);
  const list = await browser.get(`/reimbursements?q=${encodeURIComponent(label)}`);
  return {
    list: list.text.includes(`/reimbursements/${paymentId}#`),
    detail: (await browser.get(`/reimbursements/${paymentId}`)).status,
    csv: (await browser.get("/reimbursements/export.csv")).text.includes(label),
  };
}

const shown = { list: true, detail: 200, csv: true };
const hidden = { list: false, detail: 404, csv: false };

test("a payment of three years ago to the day is shown, one of the day before is nowhere", async () => {
  const portal = await startPortal();
  for (const id of ["AMOEDGE1", "AMCEDGE1"])
    expect(await placesOf(portal, "alice", id, "Détartrage complet")).toEqual(shown);
  portal.db.$client.exec("UPDATE lines SET label = 'Unique avant' WHERE line_id = 'EDGE2'");
  for (const id of ["AMOEDGE2", "AMCEDGE2"])
    expect(await placesOf(portal, "alice", id, "Unique avant")).toEqual(hidden);
  expect((await portal.browser().get("/healthz")).status).toBe(200);
});

test("the day changes at midnight in Paris, not in London: the oldest payment leaves then", async () => {
  const portal = await startPortal();
  portal.db.$client.exec("UPDATE lines SET label = 'Unique bord' WHERE line_id = 'EDGE1'");
  portal.setTime(Date.parse("2026-11-23T22:59:59Z"));
  expect(await placesOf(portal, "alice", "AMOEDGE1", "Unique bord")).toEqual(shown);
  portal.setTime(Date.parse("2026-11-23T23:00:00Z"));
  expect(await placesOf(portal, "alice", "AMOEDGE1", "Unique bord")).toEqual(hidden);
});

test.each([
  ["2028-02-28", "2025-02-28", "2025-02-27"],
  ["2028-02-29", "2025-02-28", "2025-02-27"],
  ["2028-03-01", "2025-03-01", "2025-02-28"],
  ["2027-02-28", "2024-02-28", "2024-02-27"],
  ["2027-03-01", "2024-03-01", "2024-02-29"],
])("on %s the oldest day shown is %s, and %s is past", async (today, oldest, past) => {
  const portal = await startPortal();
  const move = (lineId: string, paymentId: string, day: string, label: string) => {
    portal.db.$client.prepare("UPDATE payments SET paid_on = ? WHERE payment_id = ?").run(day, paymentId);
    portal.db.$client.prepare("UPDATE lines SET label = ? WHERE line_id = ?").run(label, lineId);
  };
  move("EDGE3", "AMOEDGE3", oldest, "Unique dedans");
  move("EDGE4", "AMOEDGE4", past, "Unique dehors");
  portal.setTime(Date.parse(`${today}T12:00:00+01:00`));
  expect(await placesOf(portal, "bob", "AMOEDGE3", "Unique dedans")).toEqual(shown);
  expect(await placesOf(portal, "bob", "AMOEDGE4", "Unique dehors")).toEqual(hidden);
});

test("asking for older days by the search, or by a cursor, shows nothing older", async () => {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  const cursor = Buffer.from(JSON.stringify(["2023-11-23", "AAA", ""])).toString("base64url");
  const first = Buffer.from(JSON.stringify(["1900-01-01", "", ""])).toString("base64url");
  for (const query of ["to=2023-11-22", "from=1900-01-01&to=2023-11-22", `before=${cursor}`]) {
    const page = await alice.get(`/reimbursements?${query}`);
    expect(page.status).toBe(200);
    expect(page.document.querySelectorAll("#results tbody tr")).toHaveLength(0);
  }
  const oldest = await alice.get(`/reimbursements?after=${first}`);
  expect(oldest.text).toContain("/reimbursements/AMOEDGE1#EDGE1");
  expect(oldest.text).not.toContain("EDGE2");
  expect(
    (await alice.get("/reimbursements/export.csv?from=1900-01-01&to=2023-11-22")).text.trim().split("\r\n"),
  ).toHaveLength(1);
});

test("a line kept within the window does not tell of its other payment that is past it", async () => {
  const portal = await startPortal();
  portal.db.$client.exec("UPDATE payments SET paid_on = '2023-11-22' WHERE payment_id = 'AMOEDGE1'");
  const alice = portal.browser();
  await alice.signIn("alice");
  const page = await alice.get("/reimbursements/AMCEDGE1");
  expect(page.status).toBe(200);
  expect(page.text).not.toContain("22 novembre 2023");
  expect((await alice.get("/reimbursements/AMOEDGE1")).status).toBe(404);
});
