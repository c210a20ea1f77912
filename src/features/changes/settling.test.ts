import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { settleChange } from "../../domain/change-settling.ts";
import { purge } from "../../domain/purge.ts";
import { exportFeed } from "../../feeds/export.ts";
import { type ImportReport, importFeed } from "../../feeds/import.ts";
import { urls } from "../../web/urls.ts";
import { factsOf, lille, rowsOf, statesOf } from "./changes-kit.ts";

const mailbox = "alice@demo.example";

/** Alice has asked for another address; `sent` when the back office has got it. */
async function asked({ sent = true } = {}) {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  await alice.post(urls.dossierAddress, lille);
  if (sent) exportFeed(portal, join(portal.dataDir, "outbox"));
  return { portal, alice, changeId: rowsOf(portal)[0]!.change_id };
}

let files = 0;

/** Loads one file as the back office writes them. */
async function load(portal: Portal, entity: string, lines: string[]) {
  const inbox = join(portal.dataDir, "in");
  mkdirSync(inbox, { recursive: true });
  const path = join(inbox, `${entity}_20261124060000_${++files}.csv`);
  writeFileSync(path, `${lines.join("\n")}\n`);
  return importFeed(
    {
      ...portal,
      invite: () => false,
      identityChanged: () => {},
      changeAnswered: (answer) => void settleChange(portal, answer),
    },
    { paths: [path], inbox, rejectsDir: join(portal.dataDir, "rejects") },
  );
}

const answer = (portal: Portal, changeId: string, result: string, reason = "", version = 1) =>
  load(portal, "changements_ack", [
    "op;version;maj_le;changement_id;resultat;motif",
    `U;${version};2026-11-24T06:00:00+01:00;${changeId};${result};${reason}`,
  ]);

/** The lines of the reject report: line, entity, key, column and code. */
function told({ files: [file] }: ImportReport): string[] {
  if (!file!.report) return [];
  const [, ...lines] = readFileSync(file!.report, "utf8").trim().split("\r\n");
  // A number that begins with a dash is marked as text, for spreadsheets.
  return lines.map((line) =>
    line
      .split(";")
      .slice(1, 6)
      .join(";")
      .replace(/;'(?=-)/, ";"),
  );
}

const kinds = (portal: Portal) => portal.mailsTo(mailbox).map(({ kind }) => kind);

describe("the answer of the back office", () => {
  test.each([
    ["applique", "applied", "Appliquée le"],
    ["refuse", "refused", "Refusée le"],
  ])("D10a %s ends the request, once, and its author is told by mail and on the page", async (result, state, shown) => {
    const { portal, alice, changeId } = await asked();
    expect((await answer(portal, changeId, result, "Adresse inconnue de la poste")).applied).toBe(1);
    expect(statesOf(portal)).toEqual([state]);
    const page = await alice.get(urls.changes);
    expect(page.text).toContain(shown);
    if (state === "refused") expect(page.text).toContain("Adresse inconnue de la poste");
    const mail = portal.mailsTo(mailbox).at(-1)!;
    expect(mail.kind).toBe("change.settled");
    expect(mail.text).not.toContain("Adresse inconnue");
    expect(factsOf(portal).at(-1)).toEqual([
      "change.settled",
      JSON.stringify({ change: changeId, about: "address", result: state }),
    ]);
    // Replayed, and corrected later: nothing more.
    const before = kinds(portal).length;
    await answer(portal, changeId, result, "Adresse inconnue de la poste");
    const other = await answer(portal, changeId, result === "refuse" ? "applique" : "refuse", "", 2);
    expect(told(other)).toEqual([`2;changements_ack;${changeId};changement_id;W_CHANGEMENT`]);
    expect(statesOf(portal)).toEqual([state]);
    expect(kinds(portal)).toHaveLength(before);
    // A new request may be made.
    await alice.post(urls.dossierAddress, { ...lille, line5: "BP 1" });
    expect(statesOf(portal)).toEqual([state, "pending"]);
  });

  test("an id nobody knows is refused with its line, and nothing of it is kept", async () => {
    const { portal, changeId } = await asked();
    const report = await answer(portal, "inconnu", "applique");
    expect(report).toMatchObject({ applied: 0, rejected: 1 });
    expect(told(report)).toEqual(["2;changements_ack;inconnu;changement_id;E_CHANGEMENT"]);
    expect(statesOf(portal)).toEqual(["pending"]);
    for (const table of ["change_acks", "feed_orphans"])
      expect(portal.db.$client.prepare(`SELECT count(*) FROM ${table}`).pluck().get()).toBe(0);
    const good = await answer(portal, changeId, "applique");
    expect([good.applied, told(good)]).toEqual([1, []]);
    expect(statesOf(portal)).toEqual(["applied"]);
  });

  test("one to a request that never left, or was cancelled, changes nothing", async () => {
    const { portal, alice, changeId } = await asked({ sent: false });
    const doubt = `2;changements_ack;${changeId};changement_id;W_CHANGEMENT`;
    expect(told(await answer(portal, changeId, "applique"))).toEqual([doubt]);
    expect(statesOf(portal)).toEqual(["pending"]);
    await alice.post(urls.cancelChange(changeId));
    expect(told(await answer(portal, changeId, "applique", "", 2))).toEqual([doubt]);
    expect(statesOf(portal)).toEqual(["cancelled"]);
    expect(kinds(portal)).not.toContain("change.settled");
  });

  test("what it says is text, whatever it says", async () => {
    const { portal, alice, changeId } = await asked();
    await answer(portal, changeId, "refuse", "<b>non</b>");
    const page = await alice.get(urls.changes);
    expect(page.text).not.toContain("<b>non</b>");
    expect(page.document.querySelector("main")?.textContent).toContain("<b>non</b>");
  });

  test("of an account deleted meanwhile, it ends the request and writes to nobody", async () => {
    const { portal, alice, changeId } = await asked();
    await alice.post(urls.accountDelete, { password: "Demo-2026!", confirm: "on" });
    expect(statesOf(portal)).toEqual(["pending"]);
    await answer(portal, changeId, "applique");
    expect(statesOf(portal)).toEqual(["applied"]);
    expect(kinds(portal)).not.toContain("change.settled");
  });

  test("a dry run tells what an answer would do, and does nothing", async () => {
    const { portal, changeId } = await asked();
    const inbox = join(portal.dataDir, "in");
    mkdirSync(inbox, { recursive: true });
    const path = join(inbox, "changements_ack_20261124060000_99.csv");
    writeFileSync(path, `op;version;changement_id;resultat;motif\nU;1;${changeId};applique;\n`);
    const deps = { ...portal, invite: () => false, identityChanged: () => {} };
    const changeAnswered = () => {
      throw new Error("a dry run answers nobody");
    };
    const options = { paths: [path], inbox, rejectsDir: join(portal.dataDir, "rejects"), dryRun: true };
    expect((await importFeed({ ...deps, changeAnswered }, options)).applied).toBe(1);
    expect(statesOf(portal)).toEqual(["pending"]);
  });
});

test("D10a a later import never undoes a pending change: both values are shown", async () => {
  const { portal, alice } = await asked();
  const columns =
    "op;version;personne_id;num_adherent;num_affilie;nir13;nir_cle;nom_naissance;prenoms;date_naissance;email;adr_l1;adr_l4;adr_l6;pays;est_affilie;est_adherent";
  const row =
    "U;9;P0001;10000001;A1000001;2020359350123;50;LEFÈVRE;Alice Marie;2002-03-14;alice@demo.example;MME ALICE LEFEVRE;99 RUE DU FLUX;59800 LILLE;FR;O;O";
  expect((await load(portal, "personnes", [columns, row])).applied).toBe(1);
  const block = (await alice.get(urls.dossier)).document.querySelector("#address")?.textContent ?? "";
  expect(block).toContain("99 RUE DU FLUX");
  expect(block).toContain("14 RUE DES LILAS");
  expect(statesOf(portal)).toEqual(["pending"]);
});

test("a year after its export the row of the feed goes, and the request stays as it was", async () => {
  const { portal, alice, changeId } = await asked();
  portal.advance({ days: 370 });
  await purge(portal);
  expect(portal.db.$client.prepare("SELECT count(*) FROM outbound WHERE entity = 'changements'").pluck().get()).toBe(0);
  await alice.signIn("alice");
  expect((await alice.post(urls.cancelChange(changeId))).status).toBe(409);
  expect(statesOf(portal)).toEqual(["pending"]);
  await answer(portal, changeId, "applique");
  expect(statesOf(portal)).toEqual(["applied"]);
});
