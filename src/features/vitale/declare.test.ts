import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Browser, Page } from "../../../test/kit/browser.ts";
import { demoPassword } from "../../../test/kit/browser.ts";
import { signInAs } from "../../../test/kit/member.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { exportFeed } from "../../feeds/export.ts";

const flat = (text: string | undefined | null) => (text ?? "").replace(/\s+/g, " ").trim();
const main = ({ document }: Page) => flat(document.querySelector("main")?.textContent);
const rows = ({ db }: Portal) =>
  db.$client.prepare<[], Record<string, string>>("SELECT * FROM vitale_declarations").all();
const count = ({ db }: Portal, sql: string) => db.$client.prepare<[], number>(`SELECT count(*) ${sql}`).pluck().get();
const faults = ({ document }: Page) =>
  [...document.querySelectorAll(".errors a")].map((link) => link.getAttribute("href")!.slice(1));

const theft = {
  reason: "vol",
  happenedDay: "20",
  happenedMonth: "novembre",
  happenedYear: "2026",
  place: "Lille, métro",
  description: "Sac volé.\r\nLa carte était dedans.",
  policeReport: "20/11/2026, n° 2026/1234",
  honour: "on",
};

/** The value that the form gives to the card of a bearer: the only one, or the first. */
async function refOf(browser: Browser, bearer = ""): Promise<string> {
  const { document } = await browser.get(`/vitale/declare${bearer && `?bearer=${bearer}`}`);
  return document.querySelector("input[name=card]")!.getAttribute("value")!;
}

async function aliceAt(portal: Portal) {
  const alice = portal.browser();
  await alice.signIn("alice");
  return { alice, card: await refOf(alice) };
}

/** Gives Léo, 7 years old and in Alice's charge, a card; and Jules, who is 17, has one. */
function giveCard(portal: Portal, memberId: string, cardNumber: string, status = "active"): void {
  portal.db.$client
    .prepare(
      `INSERT INTO vitale_cards (member_id, card_number, status, status_on, issued_on, version, digest)
       VALUES (?, ?, ?, '2026-02-01', '2026-01-10', 1, x'00')`,
    )
    .run(memberId, cardNumber, status);
}

test("D13 a theft is told once: receipt with a number, mail, journal, and the feed of the back office", async () => {
  const portal = await startPortal();
  const { alice, card } = await aliceAt(portal);
  const sent = await alice.post("/vitale/declare", { ...theft, card });
  expect([sent.status, sent.location]).toEqual([
    303,
    expect.stringMatching(/^\/vitale\/declarations\/20261123-\d{10}$/),
  ]);
  const number = sent.location!.split("/").at(-1)!;
  expect(rows(portal)).toMatchObject([
    { declaration_id: number, declared_by: "P0001", bearer_id: "P0001", card_number: "3590098765", reason: "vol" },
  ]);
  expect(Buffer.from(rows(portal)[0]!.content_sealed!).toString("latin1")).not.toContain("Lille");

  const receipt = await alice.get(sent.location!);
  expect(receipt.document.querySelector("h1")?.textContent).toBe("Déclaration de carte Vitale envoyée");
  for (const words of [
    `Votre déclaration porte le numéro ${number}. Nous l’avons reçue le 23 novembre 2026 à 09:00`,
    "Ce n’est pas encore une opposition",
    "•••• 8765",
    "MotifVol",
    "Date des faits20 novembre 2026",
    "Lille, métro",
    "20/11/2026, n° 2026/1234",
    "J’atteste sur l’honneur",
  ])
    expect(main(receipt)).toContain(words);
  expect(receipt.document.querySelector(".written")?.textContent).toBe("Sac volé.\nLa carte était dedans.");
  expect(receipt.text).not.toContain("3590098765");
  expect(receipt.headers.get("cache-control")).toBe("private, no-store");

  const mail = portal.mailsTo("alice@demo.example").find(({ kind }) => kind === "vitale.declared")!;
  expect(mail.subject).toBe(`Votre déclaration ${number} sur une carte Vitale`);
  expect(mail.text).toContain(`${portal.config.origin}/vitale/declarations/${number}`);
  expect(mail.text + mail.html).not.toMatch(/8765|Lille|vol\b|volé|2 02|20203/);

  const fact = portal.db.$client
    .prepare<[], { details: string; member_id: string; actor: string }>(
      "SELECT details, member_id, actor FROM evidence WHERE kind = 'vitale.declared'",
    )
    .all();
  expect(fact.map(({ details, ...rest }) => ({ ...rest, ...JSON.parse(details) }))).toEqual([
    { member_id: "P0001", actor: "member", declaration: number, reason: "vol", ownCard: true },
  ]);

  const outbox = join(portal.dataDir, "outbox");
  exportFeed(portal, outbox);
  const [folder] = readdirSync(outbox);
  const file = readdirSync(join(outbox, folder!)).find((name) => name.startsWith("declarations_vitale_"))!;
  expect(readFileSync(join(outbox, folder!, file), "utf8")).toBe(
    "declaration_id;personne_id;num_carte;motif;date_faits;lieu;description;professionnel;plainte;declarant_id;declare_le\r\n" +
      `${number};P0001;3590098765;vol;2026-11-20;Lille, métro;"Sac volé.\nLa carte était dedans.";;20/11/2026, n° 2026/1234;P0001;2026-11-23T09:00:00+01:00\r\n`,
  );
  exportFeed(portal, outbox);
  expect(readdirSync(outbox)).toEqual([folder]);
  expect(existsSync(join(outbox, folder!, "manifest.json"))).toBe(true);
});

test("D13 the page of the card says “requested on” until the feed tells what became of it", async () => {
  const portal = await startPortal();
  const { alice, card } = await aliceAt(portal);
  const { location } = await alice.post("/vitale/declare", { ...theft, card });
  const told = "Opposition demandée le 23 novembre 2026 (motif : Vol). La caisse ne l’a pas encore confirmée.";
  const before = await alice.get("/vitale");
  expect(main(before)).toContain(told);
  expect(before.document.querySelector(`main a[href="${location}"]`)).not.toBeNull();
  expect(main(await alice.get("/vitale?lang=en"))).toContain("Blocking requested on 23 November 2026 (reason: Theft).");
  await alice.get("/vitale?lang=fr");
  const set = (status: string) =>
    portal.db.$client.prepare("UPDATE vitale_cards SET status = ? WHERE card_number = '3590098765'").run(status);
  for (const status of ["a_mettre_a_jour", "retournee"]) {
    set(status);
    expect([status, main(await alice.get("/vitale")).includes(told)]).toEqual([status, true]);
  }
  for (const [status, words] of [
    ["en_opposition", "En opposition"],
    ["invalidee", "Invalidée"],
  ] as const) {
    set(status);
    const after = main(await alice.get("/vitale"));
    expect([status, after.includes("Opposition demandée"), after.includes(words)]).toEqual([status, false, true]);
  }
  expect((await alice.get(location!)).status).toBe(200);
});

test("twenty at once, and again later, are one declaration, one mail, one row of the feed", async () => {
  const portal = await startPortal();
  const { alice, card } = await aliceAt(portal);
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => alice.post("/vitale/declare", { ...theft, card })),
  );
  const places = new Set(answers.map(({ status, location }) => `${status} ${location}`));
  expect([...places]).toEqual([expect.stringMatching(/^303 \/vitale\/declarations\//)]);
  portal.advance({ minutes: 2 });
  const again = await alice.post("/vitale/declare", { ...theft, card, place: "Ailleurs" });
  expect(places).toContain(`303 ${again.location}`);
  expect(main(await alice.get(again.location!))).toContain("Lille, métro");
  expect(rows(portal)).toHaveLength(1);
  expect(count(portal, "FROM outbound WHERE entity = 'declarations_vitale'")).toBe(1);
  expect(count(portal, "FROM mails WHERE kind = 'vitale.declared'")).toBe(1);
  expect(count(portal, "FROM evidence WHERE kind = 'vitale.declared'")).toBe(1);
  // The form says what was told before; a card that was stolen is not lost besides.
  const form = await alice.get("/vitale/declare");
  expect(main(form)).toContain("Vol : déjà déclaré le 23 novembre 2026 à 09:00.");
  const loss = await alice.post("/vitale/declare", { ...theft, card, reason: "perte" });
  expect(loss.status).toBe(422);
  expect(rows(portal)).toHaveLength(1);
});

test("a card that is lost is not stolen too; one that broke down may be lost", async () => {
  const portal = await startPortal();
  const { alice, card } = await aliceAt(portal);
  const told = (reason: string) => alice.post("/vitale/declare", { ...theft, card, reason });
  expect((await told("dysfonctionnement")).status).toBe(303);
  const page = await alice.get("/vitale");
  expect(main(page)).toContain("La carte peut servir chez les professionnels");
  const lost = await told("perte");
  expect(lost.status).toBe(303);
  for (const reason of ["vol", "dysfonctionnement"]) {
    const again = await told(reason);
    expect([again.status, faults(again)]).toEqual([422, ["reason"]]);
    expect(main(again)).toContain("déjà déclarée perdue ou volée");
  }
  const same = await Promise.all(Array.from({ length: 20 }, () => told("perte")));
  expect(new Set(same.map(({ location }) => location))).toEqual(new Set([lost.location]));
  expect(rows(portal).map(({ reason }) => reason)).toEqual(["dysfonctionnement", "perte"]);
  expect(count(portal, "FROM outbound WHERE entity = 'declarations_vitale'")).toBe(2);
});

test("of twenty losses and thefts at once, one is kept", async () => {
  const portal = await startPortal();
  const { alice, card } = await aliceAt(portal);
  const tries = Array.from({ length: 20 }, (_, index) =>
    alice.post("/vitale/declare", { ...theft, card, reason: index % 2 === 0 ? "perte" : "vol" }),
  );
  expect((await Promise.all(tries)).every(({ status }) => status === 303 || status === 422)).toBe(true);
  expect(rows(portal)).toHaveLength(1);
  expect(count(portal, "FROM outbound WHERE entity = 'declarations_vitale'")).toBe(1);
});

test("a card that is told to be lost is not to be used, whatever the feed still says", async () => {
  const portal = await startPortal();
  const { alice, card } = await aliceAt(portal);
  await alice.post("/vitale/declare", { ...theft, card, reason: "perte" });
  const page = await alice.get("/vitale");
  const first = flat(page.document.querySelector("section")?.textContent);
  expect(first).toContain("ne vous en servez plus, même retrouvée");
  expect(first).toContain("Sans carte, présentez une attestation de droits");
  expect(first).not.toContain("La carte peut servir");
  expect(page.document.querySelector('a[href^="/vitale/declare?"]')).toBeNull();
});

test("the password is asked for after five minutes; what was typed comes back, the word of honour does not", async () => {
  const portal = await startPortal();
  const { alice, card } = await aliceAt(portal);
  const send = () =>
    alice.post("/vitale/declare", { ...theft, card }, { referer: `${portal.config.origin}/vitale/declare` });
  portal.advance({ minutes: 4, seconds: 59 });
  expect((await send()).location).toMatch(/^\/vitale\/declarations\//);
  portal.db.$client.exec("DELETE FROM vitale_declarations");
  portal.advance({ seconds: 1 });
  const asked = await send();
  expect([asked.status, asked.location]).toEqual([303, "/account/confirm?next=%2Fvitale%2Fdeclare"]);
  expect(rows(portal)).toEqual([]);
  const confirmed = await alice.post(asked.location!, { password: demoPassword, next: "/vitale/declare" });
  expect(confirmed.location).toBe("/vitale/declare");
  const { document } = await alice.get("/vitale/declare");
  expect(document.querySelector("#place")?.getAttribute("value")).toBe("Lille, métro");
  expect(document.querySelector("#reason-vol")?.hasAttribute("checked")).toBe(true);
  expect(document.querySelector("#happenedMonth")?.getAttribute("value")).toBe("novembre");
  expect(document.querySelector("#description")?.textContent).toContain("La carte était dedans.");
  expect(document.querySelector("#honour")?.hasAttribute("checked")).toBe(false);
  expect((await send()).location).toMatch(/^\/vitale\/declarations\//);
});

test("an empty form says what each field lacks, keeps nothing, and shows again what was typed", async () => {
  const portal = await startPortal();
  const { alice, card } = await aliceAt(portal);
  const empty = await alice.post("/vitale/declare", { card });
  expect(empty.status).toBe(422);
  expect(faults(empty)).toEqual(["reason", "happenedDay", "happenedMonth", "happenedYear", "place", "honour"]);
  const fault = await alice.post("/vitale/declare", {
    ...theft,
    card,
    reason: "dysfonctionnement",
    description: "  ",
    place: "<b>Lens</b>",
    happenedMonth: "13",
    honour: "",
  });
  expect(faults(fault)).toEqual(["happenedMonth", "description", "honour"]);
  expect(fault.document.querySelector("#place")?.getAttribute("value")).toBe("<b>Lens</b>");
  expect(fault.document.querySelector("#reason-dysfonctionnement")?.hasAttribute("checked")).toBe(true);
  for (const reason of ["", "casse", "VOL", "toString"])
    expect(faults(await alice.post("/vitale/declare", { ...theft, card, reason }))).toEqual(["reason"]);
  for (const honour of ["", "off", "true"])
    expect(faults(await alice.post("/vitale/declare", { ...theft, card, honour }))).toEqual(["honour"]);
  expect(rows(portal)).toEqual([]);
});

test("a fault needs a description; a loss does not", async () => {
  const portal = await startPortal();
  const { alice, card } = await aliceAt(portal);
  const { description: _, policeReport: __, ...bare } = theft;
  expect(faults(await alice.post("/vitale/declare", { ...bare, card, reason: "dysfonctionnement" }))).toEqual([
    "description",
  ]);
  const fault = { ...bare, card, reason: "dysfonctionnement", description: "Illisible", professional: "Pharmacie" };
  const { location } = await alice.post("/vitale/declare", fault);
  expect(main(await alice.get(location!))).toContain("Panne constatée parPharmacie");
  expect((await alice.post("/vitale/declare", { ...bare, card, reason: "perte" })).status).toBe(303);
});

test.each([
  ["the day before the card was issued", "2026-02-22", 422],
  ["the day the card was issued", "2026-02-23", 303],
  ["today", "2026-11-23", 303],
  ["tomorrow", "2026-11-24", 422],
  ["29 February of a common year", "2026-02-29", 422],
  ["another millennium", "9999-12-31", 422],
])("on %s (%s) the form answers with %i", async (_, day, status) => {
  const portal = await startPortal();
  const { alice, card } = await aliceAt(portal);
  const [happenedYear, happenedMonth, happenedDay] = day.split("-") as [string, string, string];
  const page = await alice.post("/vitale/declare", { ...theft, card, happenedDay, happenedMonth, happenedYear });
  expect(page.status).toBe(status);
  if (status === 422) expect(faults(page)).toEqual(["happenedDay"]);
});

test("the day is that of Paris: just before and just after midnight", async () => {
  const portal = await startPortal({ now: Date.parse("2026-11-23T23:58:00+01:00") });
  const { alice, card } = await aliceAt(portal);
  const tomorrow = { ...theft, card, happenedDay: "24", happenedMonth: "11" };
  portal.advance({ minutes: 1, seconds: 59 });
  expect((await alice.post("/vitale/declare", tomorrow)).status).toBe(422);
  portal.advance({ seconds: 1 });
  expect((await alice.post("/vitale/declare", tomorrow)).status).toBe(303);
});

describe("whose card", () => {
  test("X1 the cards of others, and of a brother of 17, can be neither seen nor declared", async () => {
    const portal = await startPortal();
    const { alice, card } = await aliceAt(portal);
    const bob = portal.browser();
    await bob.signIn("bob");
    const bobsCard = await refOf(bob);
    const jules = await signInAs(portal, "P0008");
    const julesCard = await refOf(jules);
    for (const bearer of ["P0002", "P0008", "P9999", "P0001 ", "", "%00".repeat(3), "x".repeat(200)]) {
      expect([bearer, (await alice.get(`/vitale/declare?bearer=${encodeURIComponent(bearer)}`)).status]).toEqual([
        bearer,
        404,
      ]);
      expect([bearer, (await alice.post("/vitale/declare", { ...theft, card, bearer })).status]).toEqual([bearer, 404]);
    }
    for (const ref of [bobsCard, julesCard, "3590098765", "x"])
      for (const bearer of [undefined, "P0001", "P0002"])
        expect((await alice.post("/vitale/declare", { ...theft, card: ref, ...(bearer && { bearer }) })).status).toBe(
          404,
        );
    expect(rows(portal)).toEqual([]);
    const { location } = await bob.post("/vitale/declare", { ...theft, card: bobsCard });
    expect((await bob.get(location!)).status).toBe(200);
    expect((await alice.get(location!)).status).toBe(404);
    const other = location!.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10));
    expect((await bob.get(other)).status).toBe(404);
    expect((await portal.browser().get(location!)).location).toBe(`/login?next=${encodeURIComponent(location!)}`);
  });

  test("a parent chooses between the own card and that of a child; the receipt names the child", async () => {
    const portal = await startPortal();
    giveCard(portal, "P0007", "3590070007");
    const { alice } = await aliceAt(portal);
    const form = await alice.get("/vitale/declare");
    const labels = [...form.document.querySelectorAll("#card label")].map(({ textContent }) => textContent);
    expect(labels).toEqual(["Votre carte (•••• 8765)", "Carte de Léo LEFÈVRE-ROUSSEL (•••• 0007)"]);
    expect(form.document.querySelector("#card input:checked")).toBeNull();
    expect(faults(await alice.post("/vitale/declare", theft))).toEqual(["card"]);
    const card = await refOf(alice, "P0007");
    const own = await alice.post("/vitale/declare", { ...theft, card, bearer: "P0001" });
    expect(own.status).toBe(404);
    const { location } = await alice.post("/vitale/declare", { ...theft, card, bearer: "P0007" });
    expect(main(await alice.get(location!))).toContain("Titulaire de la carteLéo LEFÈVRE-ROUSSEL");
    const page = await alice.get("/vitale");
    expect(flat(page.document.querySelector("#card-2")?.textContent)).toContain("Opposition demandée le 23 novembre");
    expect(flat(page.document.querySelector("#card-1")?.textContent)).not.toContain("Opposition demandée");
    expect(portal.mailsTo("alice@demo.example").at(-1)!.text).not.toMatch(/Léo|0007/);
  });

  test("from 16 on the card is the child's own affair; the parent keeps the receipt", async () => {
    const portal = await startPortal();
    giveCard(portal, "P0007", "3590070007");
    const { alice } = await aliceAt(portal);
    const { location } = await alice.post("/vitale/declare", { ...theft, card: await refOf(alice, "P0007") });
    portal.db.$client.exec("UPDATE members SET birth_date = '2010-11-23' WHERE member_id = 'P0007'");
    expect((await alice.get("/vitale/declare?bearer=P0007")).status).toBe(404);
    const receipt = await alice.get(location!);
    expect(receipt.status).toBe(200);
    expect(receipt.document.querySelector('a[href^="/documents/forms/"]')).toBeNull();
    const leo = await signInAs(portal, "P0007");
    expect(main(await leo.get("/vitale"))).toContain("Opposition demandée le 23 novembre 2026");
    expect((await leo.get(location!)).status).toBe(404);
    // Told already: it leads to the card, the receipt is the parent's.
    const again = await leo.post("/vitale/declare", { ...theft, card: await refOf(leo) });
    expect([again.status, again.location]).toEqual([303, "/vitale"]);
    expect(rows(portal)).toHaveLength(1);
  });
});

test.each(["P0004", "P0005", "P0006", "P0013", "P0016", "P0017"])(
  "%s has no card that could be lost: the page says so, and nothing is kept",
  async (memberId) => {
    const portal = await startPortal();
    const browser = await signInAs(portal, memberId);
    const page = await browser.get("/vitale/declare");
    expect([page.status, page.document.querySelector("h1")?.textContent]).toEqual([200, "Aucune carte à déclarer"]);
    expect([404, 409]).toContain((await browser.post("/vitale/declare", { ...theft, card: "x" })).status);
    expect((await browser.post("/vitale/declare", {})).status).toBe(409);
    expect(rows(portal)).toEqual([]);
    expect((await browser.get("/vitale")).document.querySelector('a[href^="/vitale/declare"]')).toBeNull();
  },
);

test("a card blocked by an import between the page and the button is not declared; what was told before is shown", async () => {
  const portal = await startPortal();
  const { alice, card } = await aliceAt(portal);
  const { location } = await alice.post("/vitale/declare", { ...theft, card });
  portal.db.$client.exec("UPDATE vitale_cards SET status = 'en_opposition' WHERE card_number = '3590098765'");
  expect((await alice.post("/vitale/declare", { ...theft, card })).location).toBe(location);
  expect((await alice.post("/vitale/declare", { ...theft, card, reason: "perte" })).status).toBe(409);
  expect(rows(portal)).toHaveLength(1);
});

test("odd texts are kept as words, or refused with a message; never a 5xx", async () => {
  const portal = await startPortal();
  const { alice, card } = await aliceAt(portal);
  for (const [field, longest] of [
    ["place", 120],
    ["description", 2_000],
    ["professional", 120],
    ["policeReport", 120],
  ] as const) {
    const page = await alice.post("/vitale/declare", { ...theft, card, [field]: "é".repeat(longest + 1) });
    expect([field, page.status, faults(page)]).toEqual([field, 422, [field]]);
  }
  const odd = {
    place: "a\tb\u0007c\r\nd <script>alert(1)</script> {{7*7}}",
    description: `\u202eévil=1+1;"x"\r\n😀 ${"é".repeat(1_900)}`,
    professional: "'; DROP TABLE members;--",
    policeReport: "☃".repeat(120),
  };
  const { location } = await alice.post("/vitale/declare", { ...theft, card, ...odd });
  const receipt = await alice.get(location!);
  expect(main(receipt)).toContain("a b c d <script>alert(1)</script> {{7*7}}");
  expect(receipt.text).not.toContain("<script>alert");
  expect(main(receipt)).toContain("'; DROP TABLE members;--");
  exportFeed(portal, join(portal.dataDir, "outbox"));
  for (const fields of [{ card: [""] }, { card }, { "card[]": "x" }] as Record<string, string>[])
    expect((await alice.post("/vitale/declare", fields)).status).toBe(422);
  const twice = await alice.post("/vitale/declare", [...Object.entries({ ...theft, card }), ["card", card]]);
  expect(twice.status).toBeLessThan(500);
  expect(
    (
      await alice.post(
        "/vitale/declare",
        { ...theft, card },
        { origin: "https://evil.example", "sec-fetch-site": "cross-site" },
      )
    ).status,
  ).toBe(403);
  for (const path of ["/vitale/declarations/x", "/vitale/declarations/", "/vitale/declarations/20261123-1'--"])
    expect((await alice.get(path)).status).toBe(404);
  const get = await alice.get(`/vitale/declare?${new URLSearchParams({ ...theft, card })}`);
  expect(get.status).toBe(200);
  expect(rows(portal)).toHaveLength(1);
});

test("a visitor signs in first, and nothing is told to a stranger", async () => {
  const portal = await startPortal();
  const visitor = portal.browser();
  expect((await visitor.get("/vitale/declare")).location).toBe("/login?next=%2Fvitale%2Fdeclare");
  expect((await visitor.post("/vitale/declare", theft)).status).toBe(303);
  expect(rows(portal)).toEqual([]);
});
