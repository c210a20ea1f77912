import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import {
  demoFolder,
  espace,
  killServers,
  removeFolders,
  runtimes,
  type Server,
  startServer,
  until,
} from "../kit/server.ts";
import { demoPassword, visitor } from "./visitor.ts";

afterAll(() => {
  killServers();
  removeFolders();
});

const password = demoPassword;

/** The text messages written below a DATA_DIR, to a number. */
function textsTo({ dataDir }: Server, number: string): { text: string; file: string }[] {
  const folder = join(dataDir, "sms");
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .map((name) => ({ file: join(folder, name), ...JSON.parse(readFileSync(join(folder, name), "utf8")) }))
      .filter(({ to }) => to === number);
  } catch {
    return [];
  }
}

/** The rows of the file `changements` of the last export, by column. */
function changesIn(folder: string): Record<string, string>[] {
  const name = readdirSync(folder).find((file) => file.startsWith("changements_"));
  if (!name) return [];
  const [head, ...rows] = readFileSync(join(folder, name), "utf8").trimEnd().split("\r\n");
  return rows.map((row) => Object.fromEntries(row.split(";").map((cell, index) => [head!.split(";")[index]!, cell])));
}

const linkIn = (text: string, path: string) => new RegExp(`${path}/[\\w-]{43}`).exec(text)?.[0];

describe.each(runtimes)("on %s", (runtime) => {
  test("D10a D10b a member has details changed: link, code, feed out, answer in", async () => {
    const server = await startServer({ runtime, dataDir: await demoFolder() });
    const alice = visitor(server);
    await alice.signIn("10000001");
    const address = { line1: "Mme Alice Lefèvre", line4: "14, rue Neuve", line6: "59000 Lille", country: "FR" };
    expect((await alice.post("/dossier/address", address)).location).toBe("/dossier/changes?done=asked");
    const account = { usage: "amc", iban: "DE89 3704 0044 0532 0130 00", bic: "", holder: "Alice Lefèvre", password };
    expect((await alice.post("/dossier/bank", account)).status).toBe(303);
    const contact = { email: "neuve@demo.example", mobile: "06 98 76 54 32", password };
    const { location } = await alice.post("/dossier/contact", contact);
    expect(location).toMatch(/^\/dossier\/changes\/[\w-]+\/confirm$/);

    const [message] = await until(() => {
      const found = textsTo(server, "+33698765432");
      return found.length > 0 ? found : undefined;
    });
    expect(statSync(message!.file).mode & 0o777).toBe(0o600);
    const code = /\d{6}/.exec(message!.text)![0];
    expect((await alice.post(location!, { code })).location).toBe("/dossier/changes?done=confirmed");
    const { text = "" } = await server.waitForMail(contact.email);
    expect((await alice.post(linkIn(text, "/dossier/email")!)).location).toBe("/dossier/changes?done=confirmed");
    expect((await alice.get("/dossier")).text).toContain("neuve@demo.example (vérifié)");

    const settings = { DATA_DIR: server.dataDir };
    const exported = await espace(runtime, ["export", "--json"], settings);
    const [feed] = (JSON.parse(exported.output) as { feeds: { folder: string }[] }).feeds;
    const rows = changesIn(feed!.folder);
    expect(rows.map(({ type }) => type)).toEqual(["adresse", "telephone", "email"]);
    expect(JSON.stringify(rows)).not.toContain("DE89");

    const inbox = join(server.dataDir, "answers");
    mkdirSync(inbox, { recursive: true });
    const file = join(inbox, "changements_ack_20261124060000_1.csv");
    const [first, second] = rows;
    writeFileSync(
      file,
      `op;version;changement_id;resultat;motif\nU;1;${first!.changement_id};applique;\nU;1;${second!.changement_id};refuse;Numéro inconnu\n`,
    );
    expect((await espace(runtime, ["import", file], settings)).code).toBe(0);
    const list = await alice.get("/dossier/changes");
    expect(list.text).toContain("Appliquée le");
    expect(list.text).toContain("Numéro inconnu");
    expect(list.text).toContain("DE89 •••• 000");
    const told = await until(async () => {
      const found = (await server.mails(contact.email)).filter(({ subject }) =>
        /appliquée|acceptée/.test(subject ?? ""),
      );
      return found.length === 2 ? found : undefined;
    });
    expect(told).toHaveLength(2);

    const asked = (await server.mails("alice@demo.example")).flatMap(
      ({ text = "" }) => linkIn(text, "/dossier/stop") ?? [],
    );
    const anybody = visitor(server);
    expect((await anybody.get(asked[0]!)).status).toBe(200);
    expect((await anybody.post(asked[0]!)).location).toBe("/dossier/stopped");
    expect((await alice.get("/dossier/changes")).text).toContain("Annulée le");
    await server.stop();
  });
});
