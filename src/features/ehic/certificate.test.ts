import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { Browser, demoPassword, type Page } from "../../../test/kit/browser.ts";
import { signInAs } from "../../../test/kit/member.ts";
import { textOfPdf } from "../../../test/kit/pdf-text.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { createApp } from "../../app.tsx";
import { deleteAccount } from "../../domain/account-deletion.ts";
import { write } from "../../platform/database.ts";
import { count, faults, flat, forgetCards, forLeo, main } from "./ehic-kit.ts";
import { certificateEnd, isTooNear } from "./rules.ts";

async function alicesPortal(now?: number) {
  const portal = await startPortal(now === undefined ? {} : { now });
  const alice = portal.browser();
  await alice.signIn("alice");
  return { portal, alice };
}

const shape = /^\/ehic\/certificates\/CP-20261123-[0-9A-Z]{5}-[0-9A-Z]{5}$/;
const ask = (browser: Browser, beneficiary: string, more = {}) =>
  browser.post("/ehic/certificates", { beneficiary, ...more });

async function bytesOf(portal: Portal, browser: Browser, path: string): Promise<Buffer> {
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const request = new Request(new URL(path, portal.config.origin), { headers: { cookie } });
  const incoming = { headers: { cookie }, socket: { remoteAddress: "127.0.0.1" } };
  const response = await portal.app.fetch(request, { incoming } as never);
  return Buffer.from(await response.arrayBuffer());
}

const linesOf = (bytes: Buffer) => textOfPdf(bytes).split("\n").map(flat);
const codeOn = ({ document }: Page) =>
  /[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}/.exec(flat(document.querySelector(".document")?.textContent))![0];
const change = ({ db }: Portal, sql: string) => db.$client.exec(sql);

describe("D6 the provisional certificate", () => {
  test("has the layout and the order of its model: fields 1 to 9, (a) to (d), the words of the base", async () => {
    const { portal, alice } = await alicesPortal();
    const { status, location } = await ask(alice, "P0007");
    expect([status, location]).toEqual([303, expect.stringMatching(shape)]);
    const lines = linesOf(await bytesOf(portal, alice, `${location}.pdf`));
    const text = lines.join("\n");
    const order = [
      "CERTIFICAT PROVISOIRE DE REMPLACEMENT",
      "DE LA",
      "CARTE EUROPÉENNE D’ASSURANCE MALADIE",
      "(à présenter à un prestataire de soins)",
      "Article 25 du règlement (CE) n° 987/2009",
      "État membre d’émission",
      "1.",
      "2.",
      "FR",
      "Informations relatives au titulaire de la carte",
      "3. Nom",
      "LEFÈVRE-ROUSSEL",
      "4. Prénoms",
      "Léo",
      "5. Date de naissance",
      "6. Numéro d’identification personnel",
      "202035935012350",
      "Institution compétente",
      "7. Numéro d’identification de l’institution",
      "SMENO 015950617",
      "Informations relatives à la carte",
      "8. Numéro d’identification de la carte",
      "9. Date d’expiration",
      "Période de validité du certificat et date de délivrance",
      "(a) Du 23/11/2026",
      "(b) Au 22/02/2027",
      "(c) Date de délivrance 23/11/2026",
      "(d) Signature et/ou cachet de l’institution",
      "Notes et informations",
    ];
    let from = 0;
    for (const words of order) {
      const at = lines.indexOf(words, from);
      expect([words, at >= from]).toEqual([words, true]);
      from = at;
    }
    expect(text).not.toMatch(/\(e\)|\(f\)/);
    // What is checked stands beside the number at the foot: nobody types the number for it.
    const code = codeOn(await alice.get(location!));
    expect(text).toContain(`${location!.split("/").at(-1)} – code de vérification ${code}`);
    expect(lines.at(-1)).toBe("1/1");
  });

  test("its page says the same, in French in any language, with the PDF beside it", async () => {
    const { portal, alice } = await alicesPortal();
    const { location } = await ask(alice, "P0007");
    const page = await alice.get(location!);
    expect(page.document.querySelector("h1")?.textContent).toBe(
      "Certificat provisoire de remplacement – Léo LEFÈVRE-ROUSSEL",
    );
    // Printed, the sheet has the title of its model alone.
    expect(page.document.querySelector("h1")?.className).toBe("unprinted");
    const sheet = page.document.querySelector(".document")!;
    expect(sheet.querySelector(".model-title")?.innerHTML).toBe(
      "CERTIFICAT PROVISOIRE DE REMPLACEMENT<br>DE LA<br>CARTE EUROPÉENNE D’ASSURANCE MALADIE",
    );
    expect(flat(sheet.querySelector("em")?.textContent)).toBe("(à présenter à un prestataire de soins)");
    expect(flat(sheet.lastElementChild?.textContent)).toMatch(/^CP-.* – code de vérification /);
    // Two boxes side by side, or one as wide as the sheet: 1 and 2, then 3, 4, then 5 and 6…
    const rows = [...sheet.querySelectorAll("dl.cells")].map((list) =>
      [...list.children].map((box) => [flat(box.querySelector("dt")?.textContent).slice(0, 2), box.className]),
    );
    expect(rows).toEqual([
      [
        ["1.", ""],
        ["2.", ""],
      ],
      [
        ["3.", "whole"],
        ["4.", "whole"],
        ["5.", ""],
        ["6.", ""],
      ],
      [["7.", "whole"]],
      [
        ["8.", ""],
        ["9.", ""],
      ],
      [
        ["Pé", ""],
        ["(d", ""],
      ],
    ]);
    expect(page.document.querySelector(`a[href="${location}.pdf"]`)).not.toBeNull();
    const pdf = linesOf(await bytesOf(portal, alice, `${location}.pdf`)).join(" ");
    for (const term of page.document.querySelectorAll(".document dt, .document dd")) {
      const words = flat(term.innerHTML.replaceAll(/<br\s*\/?>/g, " "));
      if (words) expect(pdf).toContain(words);
    }
    const english = await alice.get(`${location}?lang=en`);
    expect(english.document.querySelector("[lang=fr] .document")).not.toBeNull();
    expect(main(english)).toContain("3. Nom");
  });

  test("of a card that is lost, names it when it lasts as long", async () => {
    const { portal, alice } = await alicesPortal();
    const refused = await ask(alice, "P0001");
    expect([refused.status, faults(refused)]).toEqual([422, ["lost-1"]]);
    expect(main(refused)).toContain("encore valable jusqu’au 23 avril 2027");
    expect(refused.document.querySelector("#lost-1-error")?.textContent).toContain("Ma carte est perdue ou volée");
    const { location } = await ask(alice, "P0001", { lost: "on" });
    const lines = linesOf(await bytesOf(portal, alice, `${location}.pdf`));
    expect(lines).toContain("80250000590000000123");
    expect(lines).toContain("23/04/2027");
    change(portal, "UPDATE certificates SET revoked_at = 1");
    change(portal, "UPDATE ehic_requests SET expires_on = '2027-02-21' WHERE member_id = 'P0001'");
    const shorter = await ask(alice, "P0001");
    expect(linesOf(await bytesOf(portal, alice, `${shorter.location}.pdf`)).join()).not.toContain("8025000059");
  });

  test("there is one a person: asking again, fifty times at once, gives the same; so does another day, byte for byte", async () => {
    const { portal, alice } = await alicesPortal();
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(alice, "P0007")));
    const places = new Set(answers.map(({ status, location }) => `${status} ${location}`));
    expect([...places]).toEqual([expect.stringMatching(/^303 \/ehic\/certificates\/CP-/)]);
    const { location } = answers[0]!;
    const first = await bytesOf(portal, alice, `${location}.pdf`);
    expect(first.subarray(0, 5).toString()).toBe("%PDF-");
    expect(first.length).toBeLessThan(100 * 1024);
    portal.advance({ days: 5 });
    await alice.signIn("alice");
    expect((await ask(alice, "P0007")).location).toBe(location);
    // The file changes; what was issued does not.
    change(portal, "UPDATE members SET birth_name = 'AUTRE', usual_name = NULL WHERE member_id = 'P0007'");
    const again = { ...portal, app: createApp(portal) } as Portal;
    const second = await bytesOf(again, alice, `${location}.pdf`);
    expect(createHash("sha256").update(second).digest("hex")).toBe(createHash("sha256").update(first).digest("hex"));
    expect(count(portal, "FROM certificates")).toBe(1);
    expect(count(portal, "FROM evidence WHERE kind = 'certificate.issued'")).toBe(1);
    const kept = portal.db.$client.prepare("SELECT pdf_sha256 FROM certificates").pluck().get();
    expect(kept).toBe(createHash("sha256").update(first).digest("hex"));
  });

  test("of a name that the card cannot bear: other letters, cut at the room there is", async () => {
    const { portal, alice } = await alicesPortal();
    change(
      portal,
      "UPDATE members SET birth_name = 'NGUYỄN DE ALBUQUERQUE E VASCONCELOS DE OLIVEIRA', usual_name = NULL, first_names = 'Иван Thị Œuvrard' WHERE member_id = 'P0007'",
    );
    const { location } = await ask(alice, "P0007");
    const lines = linesOf(await bytesOf(portal, alice, `${location}.pdf`));
    expect(lines).toContain("NGUYÊN DE ALBUQUERQUE E VASCONCELOS DE");
    expect(lines).toContain("Ivan Thi OEuvrard");
  });
});

describe("D6 its dates", () => {
  test.each([
    ["2026-11-23", "2030-01-01", "2027-02-22"],
    ["2026-11-23", "2027-02-23", "2027-02-22"],
    ["2026-11-23", "2027-02-22", "2027-02-22"],
    ["2026-11-23", "2027-02-21", "2027-02-21"],
    ["2026-11-23", "2026-11-23", "2026-11-23"],
    ["2026-11-30", "2030-01-01", "2027-02-27"],
    ["2027-11-30", "2030-01-01", "2028-02-28"],
  ])("issued on %s with rights to %s, it counts to %s", (today, rightsTo, end) => {
    expect(certificateEnd(today, rightsTo)).toBe(end);
  });

  test("the day is that of Paris", async () => {
    const { portal, alice } = await alicesPortal(Date.parse("2026-11-23T23:59:59+01:00"));
    expect((await ask(alice, "P0007")).location).toMatch(/CP-20261123-/);
    change(portal, "UPDATE certificates SET revoked_at = 1");
    portal.advance({ seconds: 1 });
    expect((await ask(alice, "P0007")).location).toMatch(/CP-20261124-/);
  });

  test("it expires after its last day, and the next one is another", async () => {
    const { portal, alice } = await alicesPortal();
    const { location } = await ask(alice, "P0007");
    portal.setTime(Date.parse("2027-02-22T23:59:00+01:00"));
    await alice.signIn("alice");
    expect((await ask(alice, "P0007")).location).toBe(location);
    portal.setTime(Date.parse("2027-02-23T00:00:00+01:00"));
    expect(main(await alice.get(location!))).toContain("Ce certificat a expiré le 22 février 2027");
    expect((await alice.get(`${location}.pdf`)).status).toBe(200);
    expect((await ask(alice, "P0007")).location).toMatch(/CP-20270223-/);
    expect(main(await portal.browser().get(`/verify/${codeOn(await alice.get(location!))}`))).toContain("Expiré");
  });

  test.each([
    ["2026-12-12", true],
    ["2026-12-13", false],
    ["2026-12-14", false],
  ])("a departure on %s, asked for on 23 November: %s", (departsOn, expected) => {
    expect(isTooNear(departsOn, "2026-11-23", 20)).toBe(expected);
  });

  test("is offered at once to who leaves before the card can come, and issued while the request is under way", async () => {
    const { alice } = await alicesPortal();
    const soon = {
      ...forLeo,
      departureDay: "12",
      departureMonth: "12",
      departureYear: "2026",
      returnYear: "2026",
      returnMonth: "12",
      returnDay: "20",
    };
    const page = await alice.follow(await alice.post("/ehic/requests", soon));
    expect(main(page)).toContain("Votre départ est dans moins de 20 jours");
    expect(page.document.querySelector("#ehic-2 form[action='/ehic/certificates']")).not.toBeNull();
    const { location } = await ask(alice, "P0007");
    expect(main(await alice.get("/ehic"))).toContain(
      "Certificat provisoire, valable du 23 novembre 2026 au 22 février 2027",
    );
    expect((await alice.get(location!)).status).toBe(200);
  });
});

describe("D6 who may have it", () => {
  test("whoever the gate refuses gets none, with the reason", async () => {
    const portal = await startPortal();
    for (const [memberId, words] of [
      ["P0014", "Le numéro de Sécurité sociale est provisoire"],
      ["P0015", "Le numéro de Sécurité sociale est provisoire"],
      ["P0017", "Les droits à l’Assurance Maladie sont terminés depuis le"],
      ["P0003", "seulement sa complémentaire"],
    ] as const) {
      forgetCards(portal, memberId);
      const browser = await signInAs(portal, memberId);
      const page = await ask(browser, memberId, { lost: "on" });
      expect([memberId, page.status, faults(page)]).toEqual([memberId, 409, []]);
      expect(main(page)).toContain(words);
    }
    expect(count(portal, "FROM certificates")).toBe(0);
  });

  test("X1 nobody else reads it, nor asks for it; of the child it is the parent's and the child's", async () => {
    const { portal, alice } = await alicesPortal();
    const { location } = await ask(alice, "P0007");
    const bob = portal.browser();
    await bob.signIn("bob");
    for (const path of [location!, `${location}.pdf`]) {
      expect((await bob.get(path)).status).toBe(404);
      expect((await portal.browser().get(path)).location).toMatch(/^\/login/);
      expect((await alice.get(path)).status).toBe(200);
    }
    for (const path of ["/ehic/certificates/CP-20261123-AAAAA-AAAAA", "/ehic/certificates/x", `${location}.PDF`])
      expect((await alice.get(path)).status).toBe(404);
    expect((await ask(alice, "P0002")).status).toBe(404);
    // At 16 it is hidden from the parent, as all else.
    change(portal, "UPDATE members SET birth_date = '2010-11-23' WHERE member_id = 'P0007'");
    expect((await alice.get(location!)).status).toBe(404);
    expect((await alice.get(`${location}.pdf`)).status).toBe(404);
    const leo = await signInAs(portal, "P0007");
    expect((await leo.get(location!)).status).toBe(200);
  });

  test("of a child, the password is asked for after five minutes", async () => {
    const { portal, alice } = await alicesPortal();
    const { location } = await ask(alice, "P0007");
    portal.advance({ minutes: 4, seconds: 59 });
    expect((await alice.get(location!)).status).toBe(200);
    portal.advance({ seconds: 1 });
    for (const path of [location!, `${location}.pdf`])
      expect((await alice.get(path)).location).toBe(`/account/confirm?next=${encodeURIComponent(location!)}`);
    await alice.post("/account/confirm", { password: demoPassword, next: location! });
    expect((await alice.get(location!)).status).toBe(200);
  });

  test("who has typed the password comes back to the button: it has the focus, and the page says what is left to do", async () => {
    const { portal, alice } = await alicesPortal();
    portal.advance({ minutes: 6 });
    const { location } = await ask(alice, "P0007");
    const next = new URL(location!, portal.config.origin).searchParams.get("next")!;
    expect([location!.split("?")[0], next]).toEqual(["/account/confirm", "/ehic?certificate=P0007"]);
    expect((await alice.get(next)).document.querySelector("main [autofocus]")).toBeNull();
    const page = await alice.follow(await alice.post("/account/confirm", { password: demoPassword, next }));
    expect(flat(page.document.querySelector("#ready")?.textContent)).toContain("Votre mot de passe est confirmé.");
    const [button, ...others] = page.document.querySelectorAll("main [autofocus]");
    expect(others).toEqual([]);
    expect(flat(button!.textContent)).toBe("Éditer le certificat provisoire pour Léo LEFÈVRE-ROUSSEL");
    expect(button!.getAttribute("aria-describedby")).toBe("ready");
    expect(button!.closest("form")?.getAttribute("action")).toBe("/ehic/certificates");
    expect((await ask(alice, "P0007")).location).toMatch(shape);
    for (const odd of ["P0002", "P0008", "<b>", "%00"])
      expect([400, 200]).toContain((await alice.get(`/ehic?certificate=${odd}`)).status);
    expect((await alice.get("/ehic?certificate=P0002")).document.querySelector("#ready")).toBeNull();
  });

  test("a loss that was ticked is still ticked then", async () => {
    const { portal, alice } = await alicesPortal();
    change(
      portal,
      `INSERT INTO ehic_requests (request_id, member_id, status, card_number, expires_on, version, digest)
       VALUES ('LEO', 'P0007', 'recue', '80250000590000000999', '2028-01-01', 1, x'00')`,
    );
    portal.advance({ minutes: 6 });
    const { location } = await ask(alice, "P0007", { lost: "on" });
    const next = new URL(location!, portal.config.origin).searchParams.get("next")!;
    const page = await alice.follow(await alice.post("/account/confirm", { password: demoPassword, next }));
    expect(page.document.querySelector("#lost-2")?.hasAttribute("checked")).toBe(true);
  });

  test("it is never kept by a cache", async () => {
    const { alice } = await alicesPortal();
    const { location } = await ask(alice, "P0007");
    for (const path of [location!, `${location}.pdf`])
      expect((await alice.get(path)).headers.get("cache-control")).toContain("no-store");
    expect((await alice.get(`${location}.pdf`)).headers.get("content-disposition")).toBe(
      'attachment; filename="certificat-provisoire-2026-11-23.pdf"',
    );
  });
});

describe("its code", () => {
  const verify = async (portal: Portal, code: string) => main(await portal.browser().get(`/verify/${code}`));

  test("says what it is, initials and year, the period and the state; nothing more", async () => {
    const { portal, alice } = await alicesPortal();
    const { location } = await ask(alice, "P0007");
    const page = await verify(portal, codeOn(await alice.get(location!)));
    for (const words of [
      "Document valable",
      "Certificat provisoire de remplacement de la carte européenne",
      "L. L., 2023",
      "du 23 novembre 2026 au 22 février 2027",
    ])
      expect(page).toContain(words);
    expect(page).not.toMatch(/LEF|Léo|20203|8025/);
  });

  test.each([
    ["the rights end sooner", "UPDATE amo_rights SET rights_to = '2027-02-21' WHERE member_id = 'P0007'"],
    ["the rights are gone", "UPDATE amo_rights SET ended = 1 WHERE member_id = 'P0007'"],
    ["the child has another holder", "UPDATE amo_rights SET holder_id = 'P0002' WHERE member_id = 'P0007'"],
    ["the child has died", "UPDATE members SET deceased = 1 WHERE member_id = 'P0007'"],
  ])("is revoked when %s", async (_, sql) => {
    const { portal, alice } = await alicesPortal();
    const { location } = await ask(alice, "P0007");
    const code = codeOn(await alice.get(location!));
    change(portal, sql);
    expect(await verify(portal, code)).toContain("Document révoqué");
  });

  test("rights that end sooner end it: the next one counts no longer than they do", async () => {
    const { portal, alice } = await alicesPortal();
    const { location } = await ask(alice, "P0007");
    const code = codeOn(await alice.get(location!));
    change(portal, "UPDATE amo_rights SET rights_to = '2027-01-10' WHERE member_id = 'P0007'");
    const page = await alice.get(location!);
    expect(main(page)).toContain("Ce certificat ne vaut plus");
    expect(page.document.querySelector(".document")).toBeNull();
    expect((await alice.get(`${location}.pdf`)).status).toBe(404);
    const next = await ask(alice, "P0007");
    expect(next.location).not.toBe(location);
    expect(main(await alice.get(next.location!))).toContain("(b) Au 10/01/2027");
    // Were the rights longer again, the first one stays given up.
    change(portal, "UPDATE amo_rights SET rights_to = '2030-01-10' WHERE member_id = 'P0007'");
    expect(await verify(portal, code)).toContain("Document révoqué");
  });

  test("1.6 of an annulled account it is revoked, and the next account gets another", async () => {
    const { portal, alice } = await alicesPortal();
    const { location } = await ask(alice, "P0007");
    const code = codeOn(await alice.get(location!));
    const accountId = String(
      portal.db.$client.prepare("SELECT id FROM accounts WHERE member_id = 'P0001'").pluck().get(),
    );
    write(portal.db, () =>
      deleteAccount(
        portal,
        { accountId, memberId: "P0001" },
        { kind: "account.annulled", actor: "operator", by: "test" },
      ),
    );
    expect(await verify(portal, code)).toContain("Document révoqué");
    change(
      portal,
      `INSERT INTO accounts (id, member_id, status, email, language, created_at, activated_at)
         VALUES ('anew', 'P0001', 'active', 'alice@demo.example', 'fr', 0, 0);
       INSERT INTO credentials (account_id, password_hash, changed_at)
         SELECT 'anew', c.password_hash, 0 FROM credentials c JOIN accounts a ON a.id = c.account_id
         WHERE a.member_id = 'P0002'`,
    );
    await alice.signIn("alice");
    const anew = await ask(alice, "P0007");
    expect([anew.status, anew.location === location]).toEqual([303, false]);
  });
});

describe("a certificate that no longer says what the file says", () => {
  test.each([
    [
      "cut short by rights that were since extended",
      "UPDATE amo_rights SET rights_to = '2027-01-10' WHERE member_id = 'P0007'",
      "UPDATE amo_rights SET rights_to = '2030-01-10' WHERE member_id = 'P0007'",
      "(b) Au 22/02/2027",
    ],
    [
      "with a name that was since corrected",
      "UPDATE members SET birth_name = 'LEFEBVRE', usual_name = NULL WHERE member_id = 'P0007'",
      "UPDATE members SET birth_name = 'LEFÈVRE', usual_name = NULL WHERE member_id = 'P0007'",
      "LEFÈVRE",
    ],
  ])("%s, is offered anew; the new one ends it", async (_, before, after, words) => {
    const { portal, alice } = await alicesPortal();
    change(portal, before);
    const { location } = await ask(alice, "P0007");
    const old = await alice.get(location!);
    const inBlock = async () => (await alice.get("/ehic")).document.querySelector("#ehic-2")!;
    expect((await inBlock()).querySelector("form[action='/ehic/certificates']")).toBeNull();
    change(portal, after);
    // As long as nobody asks, the old one counts.
    expect((await alice.get(`${location}.pdf`)).status).toBe(200);
    const offered = await inBlock();
    expect(offered.querySelector(`a[href="${location}"]`)).not.toBeNull();
    expect(flat(offered.querySelector("form[action='/ehic/certificates']")?.textContent)).toContain(
      "Éditer un certificat à jour",
    );
    expect(flat(offered.textContent)).toContain("Le dossier a changé depuis");
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(alice, "P0007")));
    expect(new Set(answers.map((answer) => answer.location)).size).toBe(1);
    const next = answers[0]!.location!;
    expect(next).not.toBe(location);
    expect(main(await alice.get(next))).toContain(words);
    expect(main(await alice.get(location!))).toContain("Ce certificat ne vaut plus");
    expect(main(await portal.browser().get(`/verify/${codeOn(old)}`))).toContain("Document révoqué");
    expect(count(portal, "FROM certificates WHERE revoked_at IS NULL")).toBe(1);
    expect((await ask(alice, "P0007")).location).toBe(next);
    expect((await inBlock()).querySelector("form[action='/ehic/certificates']")).toBeNull();
  });
});

describe("a mutual that relays", () => {
  const relayed = { amoMode: "relayed" } as const;
  async function relay(portal: Portal): Promise<Browser> {
    portal.config.organisation = { ...portal.config.organisation, ...relayed };
    const alice = new Browser(createApp(portal), portal.config.origin, "127.0.0.1");
    await alice.signIn("alice");
    return alice;
  }

  test("keeps the link to a certificate that still counts, and offers no other", async () => {
    const { portal, alice: before } = await alicesPortal();
    const { location } = await ask(before, "P0007");
    const alice = await relay(portal);
    const page = await alice.get("/ehic");
    expect(page.document.querySelector(`#ehic-2 a[href="${location}"]`)).not.toBeNull();
    expect(page.document.querySelector("main form")).toBeNull();
    expect((await alice.get(location!)).status).toBe(200);
    portal.setTime(Date.parse("2027-03-01T12:00:00+01:00"));
    await alice.signIn("alice");
    const expired = main(await alice.get(location!));
    expect(expired).toContain("Ce certificat a expiré le 22 février 2027. Votre caisse");
    expect(expired).not.toContain("Vous pouvez en éditer un autre");
  });

  test("says on the list of documents who issues the card", async () => {
    const { portal, alice: before } = await alicesPortal();
    const of = ({ document }: Page) => flat(document.querySelector("main")?.textContent);
    expect(of(await before.get("/documents"))).toContain("demander la carte, ou éditer le certificat");
    const text = of(await (await relay(portal)).get("/documents"));
    expect(text).not.toContain("demander la carte, ou éditer le certificat");
    expect(text).toContain("c’est votre caisse qui la délivre");
  });

  test("does not offer a new request beside an old one", async () => {
    const { portal, alice: before } = await alicesPortal();
    await before.post("/ehic/requests", forLeo);
    const id = String(portal.db.$client.prepare("SELECT request_id FROM card_requests").pluck().get());
    await before.post(`/ehic/requests/${id}/cancel`);
    expect(main(await (await relay(portal)).get("/ehic"))).not.toContain("nouvelle demande");
  });
});

test("what is kept of it is sealed: no name, number nor code stands in the base", async () => {
  const { portal, alice } = await alicesPortal();
  const { location } = await ask(alice, "P0007");
  const code = codeOn(await alice.get(location!));
  const rows = portal.db.$client
    .prepare<[], Record<string, Buffer | string | number | null>>("SELECT * FROM certificates")
    .all();
  const text = rows
    .flatMap((row) => Object.values(row))
    .map((value) => (Buffer.isBuffer(value) ? value.toString("latin1") : String(value)))
    .join(" ");
  expect(text).not.toMatch(/LEF|Léo|20203593/);
  expect(text).not.toContain(code);
});
