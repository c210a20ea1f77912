import { describe, expect, test } from "vitest";
import { startPortal } from "../../../test/kit/portal.ts";
import { count, faults, flat, forLeo, main, rowsOf, trip } from "./ehic-kit.ts";

const both: [string, string][] = [["beneficiaries", "P0001"], ["beneficiaries", "P0007"], ...Object.entries(trip)];

async function alicesPortal() {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  return { portal, alice };
}

describe("a card is lost for the person it is lost for:", () => {
  test("each person with a card has a box of their own, and nobody else", async () => {
    const { alice } = await alicesPortal();
    const { document } = await alice.get("/ehic");
    const boxes = [...document.querySelectorAll("form[action='/ehic/requests'] input[name=lost]")];
    expect(boxes.map((box) => box.getAttribute("value"))).toEqual(["P0001"]);
    const label = document.querySelector(`label[for="${boxes[0]!.id}"]`);
    expect(flat(label?.textContent)).toBe("Ma carte est perdue ou volée");
  });

  test("of two asked for together, one replaces a card and the other does not", async () => {
    const { portal, alice } = await alicesPortal();
    expect((await alice.post("/ehic/requests", [...both, ["lost", "P0001"]])).status).toBe(303);
    const rows = portal.db.$client.prepare("SELECT member_id, lost FROM card_requests ORDER BY rowid").all();
    expect(rows).toEqual([
      { member_id: "P0001", lost: 1 },
      { member_id: "P0007", lost: 0 },
    ]);
    const sent = portal.db.$client
      .prepare("SELECT count(*) FROM outbound WHERE entity = 'demandes_ceam'")
      .pluck()
      .get();
    expect(sent).toBe(2);
  });

  test("that of one does not stand for the other", async () => {
    const { portal, alice } = await alicesPortal();
    const page = await alice.post("/ehic/requests", [...both, ["lost", "P0007"]]);
    expect([page.status, faults(page)]).toEqual([422, ["beneficiaries"]]);
    expect(rowsOf(portal)).toEqual([]);
  });

  test("the box stays ticked beside a fault", async () => {
    const { alice } = await alicesPortal();
    const page = await alice.post("/ehic/requests", [...both, ["lost", "P0001"], ["country", "FR"]]);
    expect(page.status).toBe(422);
    expect(page.document.querySelector("input[name=lost][value=P0001]")?.hasAttribute("checked")).toBe(true);
  });

  test.each([["P0002"], ["P0008"], ["maybe"], ["x".repeat(9_000)], ["'; --"]])(
    "of %s, nothing is known",
    async (lost) => {
      const { portal, alice } = await alicesPortal();
      const { status } = await alice.post("/ehic/requests", { ...forLeo, lost });
      expect(status).toBe(404);
      expect(rowsOf(portal)).toEqual([]);
    },
  );
});

describe("D6 a certificate while the card is on its way", () => {
  test("a card in the post is not in hand: nobody has to say that it is lost", async () => {
    const { portal, alice } = await alicesPortal();
    portal.db.$client.exec(
      "UPDATE ehic_requests SET status = 'expediee', expires_on = '2028-11-01' WHERE member_id = 'P0001'",
    );
    const page = await alice.get("/ehic");
    const form = "#ehic-1 form[action='/ehic/certificates']";
    expect(page.document.querySelector(form)).not.toBeNull();
    expect(page.document.querySelector(`${form} input[name=lost]`)).toBeNull();
    expect((await alice.post("/ehic/certificates", { beneficiary: "P0001" })).location).toMatch(
      /^\/ehic\/certificates/,
    );
    // Another card is not to be had all the same.
    const asked = await alice.post("/ehic/requests", { ...trip, beneficiaries: "P0001" });
    expect([asked.status, faults(asked)]).toEqual([422, ["beneficiaries"]]);
  });

  test("who has said in a request that the card is lost does not say it again", async () => {
    const { portal, alice } = await alicesPortal();
    await alice.post("/ehic/requests", { ...trip, beneficiaries: "P0001", lost: "P0001" });
    const { document } = await alice.get("/ehic");
    expect(document.querySelector("#ehic-1 form[action='/ehic/certificates'] input[name=lost]")).toBeNull();
    expect((await alice.post("/ehic/certificates", { beneficiary: "P0001" })).status).toBe(303);
    expect(count(portal, "FROM certificates")).toBe(1);
  });
});

test("a card with time left says from which day another one can be asked for", async () => {
  const { portal, alice } = await alicesPortal();
  expect(main(await alice.get("/ehic"))).toContain("vous pourrez en demander une autre à partir du 23 janvier 2027");
  portal.setTime(Date.parse("2027-01-22T12:00:00+01:00"));
  await alice.signIn("alice");
  const ask = () =>
    alice.post("/ehic/requests", {
      ...trip,
      beneficiaries: "P0001",
      departureMonth: "2",
      returnMonth: "3",
    });
  expect((await ask()).status).toBe(422);
  portal.setTime(Date.parse("2027-01-23T12:00:00+01:00"));
  await alice.signIn("alice");
  expect((await ask()).status).toBe(303);
});
