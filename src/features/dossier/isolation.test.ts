import { expect, test } from "vitest";
import type { Page } from "../../../test/kit/browser.ts";
import { signInAs } from "../../../test/kit/member.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { longDay } from "../../lib/dates.ts";
import { phoneText } from "../../lib/phone.ts";

const flat = (text: string | undefined | null) => (text ?? "").replace(/\s+/g, " ").trim();
const block = ({ document }: Page, id: string) => flat(document.querySelector(`section#${id}`)?.textContent);

/** The page of a person, after the base was changed. */
async function fileOf(portal: Portal, memberId: string, path = "/dossier"): Promise<Page> {
  const page = await (await signInAs(portal, memberId)).get(path);
  expect(page.status).toBe(200);
  return page;
}

type Row = Record<string, string | null> & { member_id: string };

/** What points to somebody: whatever of it two people share is left out below. */
function tracesOf(portal: Portal, { member_id, ...person }: Row): string[] {
  const { $client } = portal.db;
  const contracts = $client
    .prepare<[string], string>("SELECT contract_id FROM beneficiaries WHERE member_id = ?")
    .pluck()
    .all(member_id);
  const mandates = $client
    .prepare<[string], string>("SELECT mandate FROM bank_accounts WHERE member_id = ? AND mandate IS NOT NULL")
    .pluck()
    .all(member_id);
  const cards = $client
    .prepare<[string], string>(
      "SELECT substr(card_number, -4) FROM vitale_cards WHERE member_id = ? AND card_number <> '0000000000'",
    )
    .pluck()
    .all(member_id)
    .map((end) => `•••• ${end}`);
  const known = [person.birth_name, person.address_4, person.email, person.phone && phoneText(person.phone)];
  return [...known.filter((value) => value !== null), ...contracts, ...mandates, ...cards] as string[];
}

/** People whose names stand on somebody's page, and why. */
const related: Record<string, string[]> = {
  P0001: ["P0007", "P0008"],
  P0007: ["P0001"],
  P0008: ["P0001"],
  P0009: ["P0010", "P0011"],
  P0010: ["P0009"],
  P0011: ["P0009"],
  P0029: ["P0030"],
  P0030: ["P0029"],
};

test("nothing of anybody unrelated stands on anybody's pages, and of relatives the name alone", async () => {
  const portal = await startPortal();
  const people = portal.db.$client.prepare<[], Row>("SELECT * FROM members WHERE deceased = 0").all();
  const traces = new Map(people.map((person) => [person.member_id, tracesOf(portal, person)]));
  expect([...traces.values()].flat().length).toBeGreaterThan(200);
  for (const { member_id } of people) {
    const own = traces.get(member_id)!.join("\n");
    const pages = [await fileOf(portal, member_id), await fileOf(portal, member_id, "/vitale")];
    const said = pages.map(({ document }) => flat(document.querySelector("main")?.textContent)).join("\n");
    const words = new Set(said.split(/[^\p{L}\p{N}]+/u));
    for (const other of people) {
      if (other.member_id === member_id) continue;
      const isRelated = related[member_id]?.includes(other.member_id) ?? false;
      const told = traces.get(other.member_id)!.filter((trace) => {
        if (own.includes(trace) || (isRelated && trace === other.birth_name)) return false;
        return /^\w+$/.test(trace) ? words.has(trace) : said.includes(trace);
      });
      expect([member_id, other.member_id, told]).toEqual([member_id, other.member_id, []]);
    }
  }
});

test("of those insured through Alice, the child is told with birth and rank, the brother of 17 by name alone", async () => {
  const portal = await startPortal();
  const page = await fileOf(portal, "P0001");
  const people = [...page.document.querySelectorAll("#rights li")].map(({ textContent }) => flat(textContent));
  expect(people).toEqual(["Léo LEFÈVRE-ROUSSEL, date de naissance : 23 septembre 2023, rang 02", "Jules LEFÈVRE"]);
  const birth = portal.db.$client
    .prepare<[], string>("SELECT birth_date FROM members WHERE member_id = 'P0008'")
    .pluck()
    .get()!;
  expect(page.text).not.toContain(longDay(birth, "fr"));
});

test("a child is the parent's to know until the day before it is 16, in Paris", async () => {
  const portal = await startPortal();
  portal.db.$client.exec(
    `UPDATE members SET birth_date = '2010-12-01' WHERE member_id = 'P0007';
     INSERT INTO vitale_cards (member_id, card_number, status, status_on, version, digest) VALUES ('P0007', '3590077777', 'active', '2026-01-01', 1, x'')`,
  );
  const told = async (moment: string) => {
    portal.setTime(Date.parse(moment));
    const [file, card] = [await fileOf(portal, "P0001"), await fileOf(portal, "P0001", "/vitale")];
    return [
      file.text.includes("1er décembre 2010"),
      block(file, "transmission").includes("Léo LEFÈVRE-ROUSSEL – Active"),
      card.text.includes("•••• 7777"),
    ];
  };
  expect(await told("2026-11-30T23:59:59+01:00")).toEqual([true, true, true]);
  expect(await told("2026-12-01T00:00:00+01:00")).toEqual([false, false, false]);
  const [file, card] = [await fileOf(portal, "P0001"), await fileOf(portal, "P0001", "/vitale")];
  for (const page of [file, card]) expect(page.text).toContain("Léo LEFÈVRE-ROUSSEL");
});

test("dependants who died or left are no longer named", async () => {
  const portal = await startPortal();
  portal.db.$client.exec(
    "UPDATE members SET deceased = 1 WHERE member_id = 'P0007'; UPDATE amo_rights SET ended = 1 WHERE member_id = 'P0008'",
  );
  const page = await fileOf(portal, "P0001");
  expect(page.document.querySelector("#rights li")).toBeNull();
  expect((await fileOf(portal, "P0001", "/vitale")).text).not.toMatch(/Léo|Jules/);
});

test("a child who signs in sees who insures it, and neither the schedule nor the others of the contract", async () => {
  const portal = await startPortal();
  const page = await fileOf(portal, "P0007");
  const rights = block(page, "rights");
  expect(rights).toContain("Ayant droit de Alice Marie LEFÈVRE (enfant)");
  expect(block(page, "identity")).toContain("C’est le numéro de la personne qui vous assure.");
  expect(block(page, "contract")).toContain("Titulaire du contratAlice Marie LEFÈVRE");
  expect(page.document.querySelector("#instalments")).toBeNull();
  expect(page.text).not.toContain("Jules");
  expect(page.text).not.toMatch(/\d+,\d\d\u00a0€ le/);
  const brother = await fileOf(portal, "P0008");
  expect(block(brother, "rights")).toContain("Ayant droit de Alice Marie LEFÈVRE");
  expect(block(brother, "identity")).not.toContain("C’est le numéro");
  expect(brother.text).not.toContain("Léo");
});

test("a spouse sees the contract that covers him, its holder and himself alone", async () => {
  const portal = await startPortal();
  const page = await fileOf(portal, "P0030");
  const contract = page.document.querySelector("#contract")!;
  expect(flat(contract.textContent)).toContain("Titulaire du contratSarah AUBERT");
  expect([...contract.querySelectorAll("li")].map(({ textContent }) => flat(textContent))).toEqual([
    "Quentin AUBERT, conjoint, depuis le 1er juillet 2023",
  ]);
  expect(page.document.querySelector("#guarantees tbody tr")).not.toBeNull();
  expect(page.document.querySelector("#instalments")).toBeNull();
  expect(flat(contract.textContent)).not.toContain("Chaque mois");
});

test("who left another's contract no longer sees what becomes of it", async () => {
  const portal = await startPortal();
  portal.db.$client.exec(
    `UPDATE beneficiaries SET ends_on = '2026-11-22' WHERE member_id = 'P0030';
     UPDATE contracts SET status = 'suspendu' WHERE contract_id = 'C0029'`,
  );
  const page = await fileOf(portal, "P0030");
  expect(block(page, "contract")).toContain("ÉtatTerminé");
  expect(block(page, "contract")).toContain("du 1er juillet 2023 au 22 novembre 2026");
  expect(page.text).not.toMatch(/[Ss]uspendu/);
  for (const id of ["guarantees", "transmission", "instalments"])
    expect([id, page.document.querySelector(`#${id}`)]).toEqual([id, null]);
  portal.db.$client.exec("UPDATE beneficiaries SET ended = 1 WHERE member_id = 'P0030'");
  expect((await fileOf(portal, "P0030")).text).not.toContain("C0029");
});

test("a visitor learns nothing", async () => {
  const portal = await startPortal();
  for (const path of ["/dossier", "/vitale", "/dossier?lang=en"]) {
    const page = await portal.browser().get(path);
    expect([page.status, page.text]).toEqual([303, ""]);
  }
});
