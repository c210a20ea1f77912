import { expect, test } from "vitest";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { hasBounced } from "../../domain/bounced-addresses.ts";
import { takeBounce } from "../../domain/bounces.ts";
import { urls } from "../../web/urls.ts";
import { atOnce, factsOf, faults, mailsOf, main, rowsOn } from "../queue/queue-kit.ts";

const address = "alice@demo.example";
const path = urls.staffBounce(1);
const settle = { decision: "settle", reason: "Appelée : sa boîte était pleine" };

async function bounced() {
  const portal = await startPortal();
  const bounce = { messageId: undefined, recipient: address, kind: "hard", status: "5.1.1", reason: "no such <user>" };
  takeBounce(portal, bounce as never, "signed");
  const [adviser, admin] = [await portal.staffBrowser("adviser"), await portal.staffBrowser("admin", "127.0.0.2")];
  return { portal, adviser, admin };
}

const isBounced = (portal: Portal) => hasBounced(portal, address);

test("6.3 a mail that came back waits with its age; settled, mails go there again and the first one says so", async () => {
  const { portal, adviser } = await bounced();
  portal.advance({ minutes: 5 });
  expect(rowsOn(await adviser.get(urls.staffBounces))[0]).toEqual([
    address,
    "Alice Marie LEFÈVRE (10000001)",
    "adresse inexistante",
    "5 minutes",
  ]);
  const page = await adviser.get(path);
  expect([main(page).includes("no such <user>"), isBounced(portal)]).toEqual([true, true]);
  const none = await adviser.post(path, { decision: "settle", reason: "" });
  expect([none.status, faults(none)]).toEqual([422, ["reason"]]);
  expect((await adviser.post(path, settle)).location).toBe(`${urls.staffBounces}?done=told`);
  expect([isBounced(portal), mailsOf(portal, "bounce.settled").length]).toEqual([false, 1]);
  expect(factsOf(portal, "bounce.settled")).toEqual([
    { memberId: "P0001", actor: "staff", details: { bounce: 1, staff: "adviser@demo.example", note: settle.reason } },
  ]);
  expect(main(await adviser.get(urls.staffBounces))).toContain("Rien n’attend.");
  expect(rowsOn(await adviser.get(`${urls.staffBounces}?state=closed`))[0]![0]).toBe(address);
});

test("of 20 decisions at once one wins, 19 are told of it", async () => {
  const { portal, adviser, admin } = await bounced();
  const { won, conflicts, others } = await atOnce([adviser, admin], path, settle);
  expect([won, conflicts.length, others]).toEqual([1, 19, []]);
  expect([mailsOf(portal, "bounce.settled").length, factsOf(portal, "bounce.settled").length]).toEqual([1, 1]);
  expect(main(conflicts[0]!)).toContain(settle.reason);
});

test("an address that is no longer that of the account is told nothing", async () => {
  const { portal, adviser } = await bounced();
  portal.db.$client.exec("UPDATE accounts SET email = 'autre@demo.example' WHERE member_id = 'P0001'");
  expect((await adviser.post(path, settle)).location).toBe(`${urls.staffBounces}?done=untold`);
  expect(mailsOf(portal, "bounce.settled")).toEqual([]);
  expect([
    (await adviser.get("/staff/bounces/9")).status,
    (await adviser.post("/staff/bounces/9", settle)).status,
  ]).toEqual([404, 404]);
});
