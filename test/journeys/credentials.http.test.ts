import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ParsedMail } from "mailparser";
import { afterAll, describe, expect, test } from "vitest";
import {
  demoFolder,
  espace,
  killServers,
  linkIn,
  newFolder,
  removeFolders,
  runtimes,
  type Server,
  startServer,
  until,
} from "../kit/server.ts";
import { visitor } from "./visitor.ts";

const password = "Quatre-Chemins-77";
const [alice, bob] = ["alice@demo.example", "bob@demo.example"];
const help = "/help/credentials";

afterAll(() => {
  killServers();
  removeFolders();
});

/** The latest mail for somebody whose text has these words, once it is there. */
function mailWith(server: Server, recipient: string, words: RegExp): Promise<ParsedMail> {
  return until(async () => (await server.mails(recipient)).findLast(({ text = "" }) => words.test(text)));
}

/** A file that says of Bob what the base holds, but for his birth date. */
function otherBirthDate(): string {
  const file = join(newFolder(), "personnes_20991231000000_1.csv");
  const row = {
    op: "U",
    version: 99,
    maj_le: "2026-01-01T08:00:00+01:00",
    personne_id: "P0002",
    num_affilie: "10000002",
    nom_naissance: "MARTIN",
    prenoms: "Bob",
    date_naissance: "1990-01-01",
    est_affilie: "O",
    est_adherent: "N",
  };
  writeFileSync(file, `${Object.keys(row).join(";")}\n${Object.values(row).join(";")}\n`);
  return file;
}

describe.each(runtimes)("on %s", (runtime) => {
  test("4.5 credentials reported lost: a link to the address on file blocks the account, staff replace it, and its owner begins anew", async () => {
    const server = await startServer({ runtime, dataDir: await demoFolder() });
    const settings = { DATA_DIR: server.dataDir };
    const [thief, owner] = [visitor(server), visitor(server)];
    expect((await thief.signIn("10000001")).status).toBe(303);

    const report = { kind: "lost", identifier: "10000001", email: "friend@elsewhere.example", message: "Sac volé." };
    const sent = await owner.post(help, report);
    expect([sent.status, sent.location]).toEqual([303, `${help}?sent`]);
    expect((await owner.get(`${help}?sent`)).status).toBe(200);
    await mailWith(server, "friend@elsewhere.example", /numéro 1/);
    expect((await thief.get("/dashboard")).status).toBe(200);

    const { text = "" } = await mailWith(server, alice, /\/freeze\//);
    const link = /\/help\/credentials\/freeze\/[\w-]+/.exec(text)![0];
    expect((await owner.get(link)).status).toBe(200);
    expect((await thief.get("/dashboard")).status).toBe(200);
    const frozen = await owner.post(link, { freeze: "on" });
    expect([frozen.status, frozen.location]).toEqual([303, expect.stringMatching(/\?frozen=1&mark=[\w-]{22}$/)]);
    expect((await owner.get(frozen.location!)).document.querySelector("main")?.textContent).toMatch(/dossier\s: 1/);
    expect((await owner.post(link, { freeze: "on" })).location).toBe(frozen.location);
    expect((await thief.get("/dashboard")).location).toMatch(/^\/login/);
    expect((await thief.signIn("10000001")).status).toBe(403);
    await mailWith(server, alice, /est bloqué|a été bloqué/);

    const listed = await espace(runtime, ["case", "list"], settings);
    expect([listed.code, listed.output]).toEqual([
      0,
      expect.stringMatching(/^#1 lost, .*, open: member 10000001, account frozen\n$/),
    ]);
    expect((await espace(runtime, ["case", "show", "1"], settings)).output).toContain("message: Sac volé.");
    const replaced = await espace(runtime, ["account", "replace", "10000001"], settings);
    expect([replaced.code, replaced.errors]).toEqual([0, ""]);
    const closed = await espace(runtime, ["case", "close", "1", "--result", "Compte remplacé."], settings);
    expect([closed.code, closed.errors]).toEqual([0, ""]);
    await mailWith(server, alice, /Compte remplacé\./);

    const invitation = linkIn(await mailWith(server, alice, /\/activate\//));
    expect((await owner.signIn("10000001")).status).toBe(422);
    expect((await owner.post(invitation, { password, charter: "on" })).location).toBe("/login?opened");
    expect((await owner.signIn("10000001", password)).status).toBe(303);
    expect((await owner.get("/reimbursements")).status).toBe(200);
    const verified = await espace(runtime, ["evidence", "verify"], settings);
    expect([verified.code, verified.errors]).toEqual([0, ""]);
    await server.stop();
  });

  test("1.5 a feed with another birth date blocks the account of who is signed in, once", async () => {
    const server = await startServer({ runtime, dataDir: await demoFolder() });
    const settings = { DATA_DIR: server.dataDir };
    const browser = visitor(server);
    await browser.signIn("10000002");
    const file = otherBirthDate();
    const dry = await espace(runtime, ["import", file, "--dry-run"], settings);
    expect([dry.code, (await browser.get("/dashboard")).status]).toEqual([0, 200]);
    const imported = await espace(runtime, ["import", file, "--json"], settings);
    expect(JSON.parse(imported.output)).toMatchObject({ applied: 1, rejected: 0 });
    expect((await browser.get("/dashboard")).location).toMatch(/^\/login/);
    expect((await browser.signIn("10000002")).status).toBe(403);
    const again = await espace(runtime, ["import", file, "--json"], settings);
    expect(JSON.parse(again.output)).toMatchObject({ applied: 0, rejected: 0 });
    const { output } = await espace(runtime, ["case", "list", "--json"], settings);
    expect(JSON.parse(output).cases).toMatchObject([{ caseId: 1, kind: "identity_check", memberNumber: null }]);
    await mailWith(server, bob, /bloqué/);
    expect((await server.mails(bob)).filter(({ text = "" }) => /bloqué/.test(text))).toHaveLength(1);
    await server.stop();
  });
});
