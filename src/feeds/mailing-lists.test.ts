import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Choices, changeChoices } from "../domain/preferences.ts";
import { readUnsubscribeToken } from "../domain/unsubscribe.ts";
import { splitFields } from "./csv.ts";
import { csv, openPlace, person } from "./import-kit.ts";
import { exportLists } from "./mailing-lists.ts";

/** Three people with an account each: `a1` of P1… */
async function start(people = 3) {
  const place = openPlace();
  const numbers = Array.from({ length: people }, (_, index) => index + 1);
  const ids = { nir13: "", nir_cle: "" };
  const rows = numbers.map((n) => person({ ...ids, personne_id: `P${n}`, num_adherent: String(40_000_000 + n) }));
  await place.rows("personnes", rows);
  const add = place.db.$client.prepare(
    "INSERT INTO accounts (id, member_id, status, email, created_at, activated_at) VALUES (?, ?, 'active', ?, 1, 1)",
  );
  for (const n of numbers) add.run(`a${n}`, `P${n}`, `p${n}@demo.example`);
  const deps = { db: place.db, seal: place.seal, clock: () => place.now, origin: "https://espace.example" };
  const outbox = join(place.folder, "outbox");
  /** The rows of a list in the last folder. */
  const list = (name: string) => {
    const folder = readdirSync(outbox).sort().at(-1)!;
    const file = readdirSync(join(outbox, folder)).find((one) => one.startsWith(`${name}_2`))!;
    const [header, ...lines] = readFileSync(join(outbox, folder, file), "utf8")
      .split("\r\n")
      .slice(0, -1);
    expect(header).toBe("email;prenom;langue;lien_desinscription");
    return lines.map((line) => splitFields(line, true)!);
  };
  return Object.assign(place, {
    deps,
    outbox,
    choose: (n: number, changes: Partial<Choices>) =>
      changeChoices(deps, { accountId: `a${n}`, memberId: `P${n}`, changes, actor: "member", channel: "preferences" }),
    write: (isAsked = false) => exportLists(deps, outbox, isAsked),
    folders: () => readdirSync(outbox).sort(),
    list,
    emails: (name: string) => list(name).map(([email]) => email),
  });
}

describe("6.1 the lists for the company that sends newsletters and offers", () => {
  test("hold who agreed, each list apart, with a link that stops that list for that person", async () => {
    const place = await start();
    place.choose(1, { newsletterSmeno: true, partnerOffers: true });
    place.choose(2, { partnerOffers: true });
    place.choose(3, { alertEmail: true, alertSms: true });
    place.db.$client.exec("UPDATE accounts SET language = 'en' WHERE id = 'a2'");
    const written = place.write()!;
    expect(written.folder).toBe("mailing_20260315130000_000001");
    expect(written.files.map(({ list, rows }) => [list, rows])).toEqual([
      ["newsletter_smeno", 1],
      ["newsletter_mutuelle", 0],
      ["offers", 0],
      ["partner_offers", 2],
    ]);
    const folder = join(place.outbox, written.folder);
    const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
    expect(manifest).toMatchObject({ sequence: 1, mode: "full", source: "portal", files: written.files });
    for (const { name, sha256 } of written.files) {
      expect(
        createHash("sha256")
          .update(readFileSync(join(folder, name)))
          .digest("hex"),
      ).toBe(sha256);
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    }
    const rows = place.list("partner_offers");
    expect(rows.map((row) => row.slice(0, 3))).toEqual([
      ["p1@demo.example", "Alice", "fr"],
      ["p2@demo.example", "Alice", "en"],
    ]);
    const [, token] = /^https:\/\/espace\.example\/unsubscribe\/([\w-]+)\?lang=en$/.exec(rows[1]![3]!)!;
    expect(readUnsubscribeToken(place.seal, token!)).toEqual({ accountId: "a2", list: "partnerOffers" });
  });

  test("6.2 a withdrawal is out of the next ones, and lists that have become empty are still written", async () => {
    const place = await start();
    place.choose(1, { offers: true });
    place.choose(2, { offers: true });
    place.write();
    expect(place.emails("offers")).toEqual(["p1@demo.example", "p2@demo.example"]);
    place.now += 1000;
    const post = { actor: "staff", channel: "post", receivedOn: "2026-03-15" } as const;
    changeChoices(place.deps, { accountId: "a1", memberId: "P1", changes: { offers: false }, ...post });
    expect(place.write()!.sequence).toBe(2);
    expect(place.emails("offers")).toEqual(["p2@demo.example"]);
    place.now += 1000;
    place.choose(2, { offers: false });
    place.write();
    expect(place.emails("offers")).toEqual([]);
  });

  test("leave out who died, whose account is not open, and whose mails come back", async () => {
    const place = await start(6);
    for (let n = 1; n <= 6; n++) place.choose(n, { offers: true });
    place.db.$client.exec(`
      UPDATE members SET deceased = 1 WHERE member_id = 'P1';
      UPDATE accounts SET status = 'frozen' WHERE id = 'a2';
      UPDATE accounts SET status = 'unconfirmed' WHERE id = 'a3';
      INSERT INTO bounces (message_id, member_id, recipient, kind, reason, bounced_at)
        VALUES ('1', 'P4', 'p4@demo.example', 'hard', '550', 1), ('2', 'P5', 'p5@demo.example', 'soft', '452', 1),
          ('3', 'P6', 'before@demo.example', 'hard', '550', 1);`);
    place.write();
    expect(place.emails("offers")).toEqual(["p5@demo.example", "p6@demo.example"]);
  });

  test("are written when somebody has joined or left, and when they are asked for", async () => {
    const place = await start();
    expect(place.write()).toBeUndefined();
    place.choose(1, { offers: true });
    expect(place.write()!.sequence).toBe(1);
    expect(place.write()).toBeUndefined();
    place.now += 1000;
    expect(place.write(true)!.sequence).toBe(2);
    place.choose(1, { alertEmail: true });
    expect(place.write()).toBeUndefined();
    place.now += 1000;
    place.db.$client.exec("UPDATE accounts SET email = 'other@demo.example' WHERE id = 'a1'");
    expect(place.write()!.sequence).toBe(3);
    expect(place.folders()).toHaveLength(3);
  });

  test("what a spreadsheet would run, or a cell would break on, stays text", async () => {
    const place = await start();
    for (const n of [1, 2, 3]) place.choose(n, { offers: true });
    place.db.$client.exec(`
      UPDATE members SET first_names = '=1+1 Alice' WHERE member_id = 'P1';
      UPDATE members SET first_names = 'Jean-Zoé"; Marie' WHERE member_id = 'P2';
      UPDATE members SET first_names = 'Łucja-Maë Anne' WHERE member_id = 'P3'`);
    place.write();
    expect(place.list("offers").map(([, name]) => name)).toEqual(["", "", "Łucja-Maë"]);
  });

  test("killed at any step, the same lists come again, once, and nothing half written is seen", async () => {
    const place = await start();
    place.choose(1, { offers: true });
    const folder = "mailing_20260315130000_000001";
    // Before the folder: a draft is left.
    place.db.$client.exec(`INSERT INTO mailing_exports VALUES (1, '${folder}', 0, 'x', 1)`);
    mkdirSync(join(place.outbox, `.${folder}.abcdef`), { recursive: true });
    place.choose(2, { offers: true });
    expect(place.write()).toMatchObject({ sequence: 1, folder });
    expect(place.folders()).toEqual([folder]);
    expect(place.emails("offers")).toEqual(["p1@demo.example", "p2@demo.example"]);
    // After the folder: it is not written once more, whatever has changed since; the next run tells that.
    place.db.$client.exec("UPDATE mailing_exports SET exported_at = 0");
    const before = readFileSync(join(place.outbox, folder, "manifest.json"), "utf8");
    place.choose(3, { offers: true });
    expect(place.write()).toMatchObject({ sequence: 1, folder });
    expect(readFileSync(join(place.outbox, folder, "manifest.json"), "utf8")).toBe(before);
    place.now += 1000;
    expect(place.write()!.sequence).toBe(2);
    // Taken away by the time: the same number, written anew.
    place.db.$client.exec("UPDATE mailing_exports SET exported_at = 0 WHERE sequence = 2");
    rmSync(place.outbox, { recursive: true });
    expect(place.write()!.sequence).toBe(2);
    expect(place.write()).toBeUndefined();
  });
});

describe("the file desinscriptions, of who unsubscribed with that company", () => {
  const token = async (place: Awaited<ReturnType<typeof start>>, n: number) => {
    place.choose(n, { newsletterSmeno: true, offers: true });
    place.write(true);
    return place.list("offers").at(-1)![3]!;
  };
  const row = (more: Record<string, string>) => ({
    email: "",
    lien: "",
    liste: "",
    date_desinscription: "2026-03-15",
    ...more,
  });
  const name = "desinscriptions_20260315140000_1.csv";
  const on = (place: Awaited<ReturnType<typeof start>>) =>
    place
      .all<{ id: string }>("SELECT account_id AS id FROM preferences WHERE offers = 1 ORDER BY 1")
      .map(({ id }) => id);

  test("6.2 stops the list that each row names, by address or by link, and proves it once", async () => {
    const place = await start();
    const link = await token(place, 1);
    for (const n of [2, 3]) place.choose(n, { newsletterSmeno: true, offers: true });
    const rows = [
      row({ email: "P2@Demo.example", liste: "offers" }),
      row({ lien: link }),
      row({ lien: link, liste: "offers" }),
    ];
    const report = await place.rows("desinscriptions", rows, name);
    expect([report.applied, report.unchanged, report.rejected]).toEqual([2, 1, 0]);
    expect(on(place)).toEqual(["a3"]);
    const facts = place.all("SELECT actor, details FROM evidence WHERE kind = 'consent.withdrawn' ORDER BY member_id");
    const details = '{"list":"offers","channel":"feed","receivedOn":"2026-03-15"}';
    expect(facts).toEqual([
      { actor: "import", details },
      { actor: "import", details },
    ]);
    expect(await place.rows("desinscriptions", rows, name)).toMatchObject({ applied: 0, unchanged: 3 });
    place.write();
    expect(place.emails("offers")).toEqual(["p3@demo.example"]);
    expect(place.emails("newsletter_smeno")).toHaveLength(3);
  });

  test("a consent given after the day of the row stands, and a replay does not undo it", async () => {
    const place = await start();
    place.choose(1, { offers: true });
    await place.rows("desinscriptions", [row({ email: "p1@demo.example", liste: "offers" })], name);
    place.now += 24 * 3600 * 1000;
    place.choose(1, { offers: true });
    await place.rows("desinscriptions", [row({ email: "p1@demo.example", liste: "offers" })], name);
    expect(on(place)).toEqual(["a1"]);
  });

  test("rows that name nobody, no list or a wrong day are rejected one by one, and their addresses are not shown", async () => {
    const place = await start();
    const link = await token(place, 1);
    const rows = [
      row({ email: "p1@demo.example", liste: "offers" }),
      row({ email: "nobody@demo.example", liste: "offers" }),
      row({ lien: "A".repeat(120) }),
      row({ lien: link, liste: "newsletter_smeno" }),
      row({ email: "p2@demo.example" }),
      row({ email: "p2@demo.example", liste: "alert_email" }),
      row({ liste: "offers" }),
      row({ email: "p2@demo.example", liste: "offers", date_desinscription: "2026-03-16" }),
      { ...row({ email: "p2@demo.example", liste: "offers" }), op: "D" },
    ];
    const report = await place.rows("desinscriptions", rows, name);
    expect([report.applied, report.rejected, report.files[0]!.refusal]).toEqual([1, 8, null]);
    expect(place.codes(name)).toEqual(
      [
        "3 E_INCONNU",
        "4 E_INCONNU",
        "5 E_VALEUR",
        "6 E_VIDE",
        "7 E_VALEUR",
        "8 E_VIDE",
        "9 E_DATE_FUTURE",
        "10 E_SUPPR_INTERDITE",
      ].sort(),
    );
    const told = JSON.stringify(place.report(name));
    expect(told).not.toContain("nobody@");
    expect(told).not.toContain("p2@");
    expect(told).not.toContain("AAAA");
  });

  test("a feed that was loaded before is compared only", async () => {
    const place = await start();
    place.choose(1, { offers: true });
    const content = csv([row({ email: "p1@demo.example", liste: "offers" })]);
    const feed = place.feed(1, { [name]: content });
    expect(await place.import(feed)).toMatchObject({ applied: 1 });
    place.choose(1, { offers: true });
    expect(await place.import(feed)).toMatchObject({ applied: 0, ignored: 1 });
    expect(on(place)).toEqual(["a1"]);
    expect(await place.import(place.feed(2, { [name]: content }), { dryRun: true })).toMatchObject({ applied: 1 });
    expect(on(place)).toEqual(["a1"]);
  });
});
