import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { demoPassword } from "../../../test/kit/browser.ts";
import { signInAs } from "../../../test/kit/member.ts";
import { startPortal } from "../../../test/kit/portal.ts";
import { cardRequestsFor } from "../../domain/card-requests.ts";
import { tellSentCards } from "../../domain/card-settling.ts";
import { exportFeed } from "../../feeds/export.ts";
import { finishExport, planExport } from "../../feeds/export-plan.ts";
import { count, exportAll, faults, forgetCards, forLeo, load, main, rowsOf, statesOf, trip } from "./ehic-kit.ts";

const mailbox = "alice@demo.example";

async function alicesPortal(now?: number) {
  const portal = await startPortal(now === undefined ? {} : { now });
  const alice = portal.browser();
  await alice.signIn("alice");
  const mails = () => portal.mailsTo(mailbox).filter(({ kind }) => kind.startsWith("ehic."));
  return { portal, alice, mails };
}

test("D5 a card is asked for a child: kept, told by mail, shown with its dates, written in the feed and the journal", async () => {
  const { portal, alice, mails } = await alicesPortal();
  const sent = await alice.post("/ehic/requests", forLeo);
  expect([sent.status, sent.location]).toEqual([303, "/ehic?done=asked"]);
  expect(rowsOf(portal)).toMatchObject([{ member_id: "P0007", asked_by: "P0001", state: "requested", version: 1 }]);
  const page = await alice.follow(sent);
  for (const words of [
    "Votre demande est enregistrée.",
    "Demande du 23 novembre 2026",
    "ÉtatDemandée",
    "SéjourEspagne, du 20 janvier 2027 au 3 février 2027",
    "Demandée, le 23 novembre 2026 à 09:00",
    "Carte attendue avant le 13 décembre 2026.",
  ])
    expect(main(page)).toContain(words);
  expect(main(await alice.get("/dashboard"))).toContain("Carte européenne : 1 demande en cours");
  const [mail] = mails();
  expect([mail!.kind, mail!.subject]).toEqual(["ehic.requested", "Votre demande de carte européenne est enregistrée"]);
  expect(mail!.text).toContain("– Léo");
  expect(mail!.text).toContain("Espagne");
  expect(mail!.text + mail!.html).not.toMatch(/LEF|2020359|P000/);
  const facts = portal.db.$client
    .prepare<[], string>(
      "SELECT member_id || ' ' || actor || ' ' || details FROM evidence WHERE kind = 'ehic.requested'",
    )
    .pluck()
    .all();
  expect(facts).toEqual([`P0001 member {"request":"${rowsOf(portal)[0]!.request_id}","own":false}`]);
  const folder = exportFeed(portal, join(portal.dataDir, "outbox"))[0]!.folder;
  const path = join(portal.dataDir, "outbox", folder);
  const file = readdirSync(path).find((name) => name.startsWith("demandes_ceam_"))!;
  expect(readFileSync(join(path, file), "utf8")).toBe(
    "demande_id;personne_id;demandeur_id;motif;pays;depart_le;retour_le;demande_le\r\n" +
      `${rowsOf(portal)[0]!.request_id};P0007;P0001;;ES;2027-01-20;2027-02-03;2026-11-23T09:00:00+01:00\r\n`,
  );
});

test("D5 a second request for the same person is refused, whatever it asks for", async () => {
  const { portal, alice } = await alicesPortal();
  await alice.post("/ehic/requests", forLeo);
  for (const more of [{}, { country: "IT" }, { lost: "P0007" }]) {
    const again = await alice.post("/ehic/requests", { ...forLeo, ...more });
    expect([again.status, faults(again)]).toEqual([422, ["beneficiaries-2"]]);
    expect(again.document.querySelector("#beneficiaries-2-reasons")?.textContent).toContain("déjà en cours");
  }
  expect(rowsOf(portal)).toHaveLength(1);
  expect(count(portal, "FROM mails WHERE kind = 'ehic.requested'")).toBe(1);
});

test("fifty at once are one request, one row of the feed, one mail", async () => {
  const { portal, alice } = await alicesPortal();
  const answers = await Promise.all(Array.from({ length: 50 }, () => alice.post("/ehic/requests", forLeo)));
  expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array(49).fill(422)]);
  expect(rowsOf(portal)).toHaveLength(1);
  expect(count(portal, "FROM outbound WHERE entity = 'demandes_ceam'")).toBe(1);
  expect(count(portal, "FROM mails WHERE kind = 'ehic.requested'")).toBe(1);
});

test("the base itself keeps one open request a person", async () => {
  const { portal, alice } = await alicesPortal();
  await alice.post("/ehic/requests", forLeo);
  const copy = `INSERT INTO card_requests (request_id, member_id, asked_by, country, departs_on, returns_on, state,
    requested_at, state_at) SELECT 'other', member_id, asked_by, country, departs_on, returns_on, 'sent', 1, 1
    FROM card_requests`;
  expect(() => portal.db.$client.exec(copy)).toThrow(/UNIQUE/);
  portal.db.$client.exec("UPDATE card_requests SET state = 'shipped'");
  portal.db.$client.exec(copy);
  expect(rowsOf(portal)).toHaveLength(2);
});

describe("several people", () => {
  const both: [string, string][] = [["beneficiaries", "P0001"], ["beneficiaries", "P0007"], ...Object.entries(trip)];

  test("are asked for together when each may have a card; the mail names each", async () => {
    const { portal, alice, mails } = await alicesPortal();
    forgetCards(portal, "P0001");
    expect((await alice.post("/ehic/requests", both)).status).toBe(303);
    expect(rowsOf(portal).map(({ member_id }) => member_id)).toEqual(["P0001", "P0007"]);
    expect(mails()).toHaveLength(1);
    expect(mails()[0]!.text).toContain("– Alice\n– Léo");
    exportFeed(portal, join(portal.dataDir, "outbox"));
    expect(count(portal, "FROM outbound WHERE entity = 'demandes_ceam' AND export_sequence = 1")).toBe(2);
  });

  test("one refused, nothing is kept: each reason stands with the name, and nothing of what was typed is lost", async () => {
    const { portal, alice } = await alicesPortal();
    const page = await alice.post("/ehic/requests", both);
    expect([page.status, faults(page)]).toEqual([422, ["beneficiaries"]]);
    expect(page.document.querySelector(".errors a")?.textContent).toContain("Alice Marie LEFÈVRE");
    expect(main(page)).toContain("Rien n’a été envoyé");
    expect(page.document.querySelector("#beneficiaries-reasons")?.textContent).toContain(
      "encore valable jusqu’au 23 avril 2027",
    );
    const ticked = [...page.document.querySelectorAll("input[name=beneficiaries][checked]")];
    expect(ticked.map((box) => box.getAttribute("value"))).toEqual(["P0001", "P0007"]);
    expect(page.document.querySelector("#country option[selected]")?.getAttribute("value")).toBe("ES");
    expect(page.document.querySelector("#departureMonth")?.getAttribute("value")).toBe("janvier");
    expect(rowsOf(portal)).toEqual([]);
    expect((await alice.post("/ehic/requests", [...both, ["lost", "P0001"]])).status).toBe(303);
  });

  test("with a fault elsewhere, somebody who may not ask stays ticked, and is told of once the rest is right", async () => {
    const { alice } = await alicesPortal();
    await alice.post("/ehic/requests", forLeo);
    const page = await alice.post("/ehic/requests", [...both.slice(0, 2), ["country", "FR"]]);
    expect(page.document.querySelector("input[name=beneficiaries][value=P0007]")?.hasAttribute("checked")).toBe(true);
    const right = await alice.post("/ehic/requests", [...both, ["lost", "P0001"]]);
    expect(faults(right)).toEqual(["beneficiaries-2"]);
  });

  test("named twice, somebody is asked for once", async () => {
    const { portal, alice } = await alicesPortal();
    const twice: [string, string][] = [["beneficiaries", "P0007"], ["beneficiaries", "P0007"], ...Object.entries(trip)];
    expect((await alice.post("/ehic/requests", twice)).status).toBe(303);
    expect(rowsOf(portal)).toHaveLength(1);
  });
});

describe("what is typed wrong is said beside its field, and nothing is kept:", () => {
  test.each<[string, Record<string, string>, string[]]>([
    [
      "nothing",
      {},
      [
        "beneficiaries",
        "country",
        "departureDay",
        "departureMonth",
        "departureYear",
        "returnDay",
        "returnMonth",
        "returnYear",
      ],
    ],
    ["nobody", { ...trip }, ["beneficiaries"]],
    ["an empty name", { ...trip, beneficiaries: " " }, ["beneficiaries"]],
    ["a country outside", { ...forLeo, country: "TR" }, ["country"]],
    ["France", { ...forLeo, country: "FR" }, ["country"]],
    ["Guadeloupe", { ...forLeo, country: "GP" }, ["country"]],
    ["New Caledonia", { ...forLeo, country: "NC" }, ["country"]],
    ["Monaco", { ...forLeo, country: "MC" }, ["country"]],
    ["a country of nowhere", { ...forLeo, country: "<b>" }, ["country"]],
    ["a country without end", { ...forLeo, country: "E".repeat(5000) }, ["country"]],
    ["yesterday", { ...forLeo, departureDay: "22", departureMonth: "11", departureYear: "2026" }, ["departureDay"]],
    ["31 February", { ...forLeo, departureMonth: "2", departureDay: "31" }, ["departureDay"]],
    [
      "2 years and a day ahead",
      { ...forLeo, departureDay: "24", departureMonth: "11", departureYear: "2028", returnYear: "2029" },
      ["departureDay"],
    ],
    ["a return before", { ...forLeo, returnDay: "19", returnMonth: "1" }, ["returnDay"]],
    ["a return in the year 9999", { ...forLeo, returnYear: "9999" }, ["returnDay"]],
  ])("%s", async (_, fields, wrong) => {
    const { portal, alice } = await alicesPortal();
    const page = await alice.post("/ehic/requests", fields);
    expect([page.status, faults(page)]).toEqual([422, wrong]);
    expect(rowsOf(portal)).toEqual([]);
  });

  test.each([
    [
      "today, and back the same day",
      {
        departureDay: "23",
        departureMonth: "11",
        departureYear: "2026",
        returnDay: "23",
        returnMonth: "11",
        returnYear: "2026",
      },
    ],
    [
      "2 years ahead",
      {
        departureDay: "23",
        departureMonth: "11",
        departureYear: "2028",
        returnDay: "1",
        returnMonth: "12",
        returnYear: "2028",
      },
    ],
    ["UK", { country: "uk" }],
    ["Switzerland", { country: "CH" }],
  ])("not %s", async (_, more) => {
    const { portal, alice } = await alicesPortal();
    portal.db.$client.exec("UPDATE amo_rights SET rights_to = '2030-01-01' WHERE member_id = 'P0007'");
    expect((await alice.post("/ehic/requests", { ...forLeo, ...more })).status).toBe(303);
    expect(count(portal, "FROM card_requests WHERE country IN ('ES', 'GB', 'CH')")).toBe(1);
  });

  test("the list has the thirty-one destinations by name, and not France", async () => {
    const { alice } = await alicesPortal();
    const { document } = await alice.get("/ehic");
    const codes = [...document.querySelectorAll("#country option")].map((option) => option.getAttribute("value"));
    expect(codes).toHaveLength(1 + 31);
    expect(codes).toContain("GB");
    expect(codes).not.toContain("FR");
  });
});

test("X1 nobody asks for a stranger, for a brother of 17, nor for somebody who does not exist", async () => {
  const { portal, alice } = await alicesPortal();
  for (const beneficiaries of ["P0002", "P0008", "P9999", "P0001'--"]) {
    expect((await alice.post("/ehic/requests", { ...trip, beneficiaries })).status).toBe(404);
    expect((await alice.post("/ehic/certificates", { beneficiary: beneficiaries })).status).toBe(404);
  }
  expect(rowsOf(portal)).toEqual([]);
  const page = main(await alice.get("/ehic"));
  expect(page).toContain("Jules LEFÈVRE");
  expect(page).not.toContain("pour Jules");
});

describe("cancelling", () => {
  test("takes the row of the feed with it, tells by mail, and lets ask again", async () => {
    const { portal, alice, mails } = await alicesPortal();
    await alice.post("/ehic/requests", forLeo);
    const id = rowsOf(portal)[0]!.request_id;
    const page = await alice.get("/ehic");
    expect(page.document.querySelector(`form[action="/ehic/requests/${id}/cancel"]`)).not.toBeNull();
    const ended = await alice.post(`/ehic/requests/${id}/cancel`);
    expect([ended.status, ended.location]).toEqual([303, "/ehic?done=cancelled"]);
    expect(statesOf(portal)).toEqual(["cancelled"]);
    expect(count(portal, "FROM outbound WHERE entity = 'demandes_ceam'")).toBe(0);
    expect(mails().map(({ subject }) => subject)).toEqual([
      "Votre demande de carte européenne est enregistrée",
      "Votre demande de carte européenne est annulée",
    ]);
    expect((await alice.post(`/ehic/requests/${id}/cancel`)).status).toBe(409);
    expect((await alice.post("/ehic/requests", forLeo)).status).toBe(303);
    expect(exportAll(portal)).toHaveLength(1);
    expect(statesOf(portal)).toEqual(["cancelled", "sent"]);
  });

  test("X1 is its author's alone", async () => {
    const { portal, alice } = await alicesPortal();
    await alice.post("/ehic/requests", forLeo);
    const id = rowsOf(portal)[0]!.request_id;
    const bob = portal.browser();
    await bob.signIn("bob");
    expect((await bob.post(`/ehic/requests/${id}/cancel`)).status).toBe(404);
    expect((await alice.post("/ehic/requests/none/cancel")).status).toBe(404);
    expect(statesOf(portal)).toEqual(["requested"]);
  });

  test("is too late once the export has chosen its rows, even when it was cut short", async () => {
    const { portal, alice } = await alicesPortal();
    await alice.post("/ehic/requests", forLeo);
    const id = rowsOf(portal)[0]!.request_id;
    const plan = planExport(portal)!;
    const page = await alice.post(`/ehic/requests/${id}/cancel`);
    expect(page.status).toBe(409);
    expect(main(page)).toContain("elle ne peut plus être annulée ici");
    expect(tellSentCards(portal)).toBe(0);
    expect(statesOf(portal)).toEqual(["requested"]);
    portal.advance({ hours: 1 });
    finishExport(portal, plan);
    await alice.signIn("alice");
    // The page says so before the author is told; the step is dated when the feed was in place.
    expect(main(await alice.get("/ehic"))).toContain("ÉtatTransmise");
    portal.advance({ minutes: 5 });
    expect(tellSentCards(portal)).toBe(1);
    expect(tellSentCards(portal)).toBe(0);
    expect(main(await alice.get("/ehic"))).toContain("Transmise, le 23 novembre 2026 à 10:00");
  });
});

describe("the feed", () => {
  const answer = (id: string, statut: string, version = 1, more = ";") =>
    `U;${version};2026-11-25T06:00:00+01:00;${id};P0007;${statut};${more}`;

  async function askedAndSent() {
    const { portal, alice, mails } = await alicesPortal();
    await alice.post("/ehic/requests", forLeo);
    exportAll(portal);
    return { portal, alice, mails, id: rowsOf(portal)[0]!.request_id };
  }

  test("D5 moves the request on step by step, each dated and mailed once", async () => {
    const { portal, alice, mails, id } = await askedAndSent();
    portal.advance({ days: 2 });
    await load(portal, [answer(id, "en_fabrication")]);
    portal.advance({ days: 3 });
    await load(portal, [answer(id, "expediee", 2, "80250000590000000777;2028-11-30")]);
    portal.advance({ days: 3 });
    await load(portal, [answer(id, "recue", 3, "80250000590000000777;2028-11-30")]);
    expect(statesOf(portal)).toEqual(["received"]);
    expect(mails().map(({ subject }) => subject)).toEqual([
      "Votre demande de carte européenne est enregistrée",
      "Votre demande de carte européenne est transmise",
      "Votre carte européenne est en fabrication",
      "Votre carte européenne est expédiée",
      "Votre carte européenne est arrivée",
    ]);
    await alice.signIn("alice");
    const page = main(await alice.get("/ehic"));
    for (const words of [
      "Demandée, le 23 novembre 2026 à 09:00",
      "Transmise, le 23 novembre 2026 à 09:00",
      "En fabrication, le 25 novembre 2026 à 09:00",
      "Expédiée, le 28 novembre 2026 à 09:00",
      "Reçue, le 1er décembre 2026 à 09:00",
      "Numéro de la carte80250000590000000777",
      "Date d’expiration30 novembre 2028",
    ])
      expect(page).toContain(words);
  });

  test("never moves it back: a replay and an older state change nothing", async () => {
    const { portal, mails, id } = await askedAndSent();
    await load(portal, [answer(id, "expediee")]);
    const before = mails().length;
    await load(portal, [answer(id, "expediee")]);
    await load(portal, [answer(id, "demandee", 2)]);
    await load(portal, [answer(id, "en_fabrication", 3)]);
    await load(portal, [answer(id, "refusee", 4)]);
    expect(statesOf(portal)).toEqual(["shipped"]);
    expect(mails()).toHaveLength(before);
  });

  test("says of an unknown request what it says, and of another person's nothing", async () => {
    const { portal, alice, mails, id } = await askedAndSent();
    const before = mails().length;
    await load(portal, [
      `U;1;2026-11-25T06:00:00+01:00;${id};P0001;refusee;;`,
      "U;1;2026-11-25T06:00:00+01:00;ELSEWHERE;P0007;recue;80250000590000000888;2028-01-01",
    ]);
    expect(statesOf(portal)).toEqual(["sent"]);
    expect(mails()).toHaveLength(before);
    expect(main(await alice.get("/ehic"))).toContain("80250000590000000888");
  });

  test("answers before the author was told that the request had left: both steps, in order", async () => {
    const { portal, alice, mails } = await alicesPortal();
    await alice.post("/ehic/requests", forLeo);
    exportFeed(portal, join(portal.dataDir, "outbox"));
    await load(portal, [answer(rowsOf(portal)[0]!.request_id, "refusee")]);
    expect(
      mails()
        .map(({ subject }) => subject)
        .slice(1),
    ).toEqual(["Votre demande de carte européenne est transmise", "Votre demande de carte européenne est refusée"]);
    expect(tellSentCards(portal)).toBe(0);
    const { steps } = { steps: portal.db.$client.prepare("SELECT version, state FROM card_request_steps").all() };
    expect(steps).toEqual([
      { version: 1, state: "requested" },
      { version: 2, state: "sent" },
      { version: 3, state: "refused" },
    ]);
  });

  test("a year after the export its row goes, and the request stays as it was", async () => {
    const { portal, id } = await askedAndSent();
    portal.db.$client.exec("DELETE FROM outbound");
    expect(cardRequestsFor(portal, ["P0007"])).toMatchObject([{ requestId: id, state: "sent", canCancel: false }]);
  });
});

describe("an account that ends", () => {
  test("takes back what has not left; what has left goes on, and writes to nobody", async () => {
    const { portal, alice, mails } = await alicesPortal();
    forgetCards(portal, "P0001");
    await alice.post("/ehic/requests", forLeo);
    exportAll(portal);
    await alice.post("/ehic/requests", { ...trip, beneficiaries: "P0001" });
    const before = mails().length;
    await alice.post("/account/delete", { password: demoPassword, confirm: "on" });
    expect(rowsOf(portal).map(({ state, reason }) => [state, reason])).toEqual([
      ["sent", null],
      ["cancelled", "deletion"],
    ]);
    expect(count(portal, "FROM outbound WHERE entity = 'demandes_ceam' AND export_sequence IS NULL")).toBe(0);
    await load(portal, [`U;1;2026-11-25T06:00:00+01:00;${rowsOf(portal)[0]!.request_id};P0007;refusee;;`]);
    expect(statesOf(portal)).toEqual(["refused", "cancelled"]);
    expect(mails()).toHaveLength(before);
  });

  test("what a parent asked for a child is in the child's data, without naming the parent", async () => {
    const { portal, alice } = await alicesPortal();
    await alice.post("/ehic/requests", forLeo);
    const { personalData } = await import("../../domain/personal-data.ts");
    const data = JSON.stringify(personalData(portal, { memberId: "P0007", accountId: "none" }));
    expect(data).toContain(rowsOf(portal)[0]!.request_id);
    expect(data).not.toContain("P0001");
  });
});

test("the form is kept when the session ends, and comes back after sign-in", async () => {
  const { portal, alice } = await alicesPortal();
  portal.advance({ minutes: 11 });
  const away = await alice.post(
    "/ehic/requests",
    { ...forLeo, lost: "P0001" },
    { referer: `${portal.config.origin}/ehic` },
  );
  expect(away.location).toBe("/login?next=%2Fehic");
  await alice.signIn("alice");
  const { document } = await alice.get("/ehic");
  expect(document.querySelector("#departureMonth")?.getAttribute("value")).toBe("janvier");
  expect(document.querySelector("#country option[selected]")?.getAttribute("value")).toBe("ES");
  expect(document.querySelector("input[name=beneficiaries][value=P0007]")?.hasAttribute("checked")).toBe(true);
  expect(document.querySelector("input[name=lost][value=P0001]")?.hasAttribute("checked")).toBe(true);
});

test("ten an hour for one account, then a wait", async () => {
  const { portal, alice } = await alicesPortal();
  for (let index = 0; index < 10; index++) {
    expect((await alice.post("/ehic/requests", forLeo)).status).toBe(303);
    await alice.post(`/ehic/requests/${rowsOf(portal).at(-1)!.request_id}/cancel`);
  }
  const page = await alice.post("/ehic/requests", forLeo);
  expect([page.status, page.headers.get("retry-after")]).toEqual([429, "3600"]);
});

describe("who answers for the card", () => {
  test("D5 P4 of a member of the mutual alone, the caisse: the page says why and leads there", async () => {
    const portal = await startPortal();
    const chloe = portal.browser();
    await chloe.signIn("chloe");
    const page = await chloe.get("/ehic");
    expect(main(page)).toContain("ne gère pas l’Assurance Maladie de cette personne");
    expect(page.document.querySelector('main a[href^="https://www.ameli.fr"]')).not.toBeNull();
    expect(page.document.querySelector("form[action='/ehic/requests']")).toBeNull();
    const sent = await chloe.post("/ehic/requests", { ...trip, beneficiaries: "P0003" });
    expect([sent.status, faults(sent)]).toEqual([422, ["beneficiaries"]]);
    expect((await chloe.post("/ehic/certificates", { beneficiary: "P0003" })).status).toBe(409);
    expect(rowsOf(portal)).toEqual([]);
    expect(count(portal, "FROM certificates")).toBe(0);
  });

  test("of a mutual that relays, the caisse: neither request nor certificate, and what is known stays shown", async () => {
    const portal = await startPortal();
    portal.config.organisation = { ...portal.config.organisation, amoMode: "relayed" };
    const { createApp } = await import("../../app.tsx");
    const { Browser } = await import("../../../test/kit/browser.ts");
    const alice = new Browser(createApp(portal), portal.config.origin, "127.0.0.1");
    await alice.signIn("alice");
    const page = await alice.get("/ehic");
    expect(main(page)).toContain("c’est votre caisse d’Assurance Maladie qui le fait");
    expect(main(page)).toContain("80250000590000000123");
    expect(page.document.querySelectorAll("main form")).toHaveLength(0);
    expect((await alice.post("/ehic/requests", forLeo)).status).toBe(409);
    expect((await alice.post("/ehic/requests", {})).status).toBe(409);
    expect((await alice.post("/ehic/certificates", { beneficiary: "P0001", lost: "on" })).status).toBe(409);
    expect([rowsOf(portal), count(portal, "FROM certificates")]).toEqual([[], 0]);
  });
});

test("a person of 17 asks in their own account", async () => {
  const portal = await startPortal();
  forgetCards(portal, "P0008");
  const jules = await signInAs(portal, "P0008");
  expect((await jules.post("/ehic/requests", { ...trip, beneficiaries: "P0008" })).status).toBe(303);
  expect(rowsOf(portal)).toMatchObject([{ member_id: "P0008", asked_by: "P0008" }]);
});
