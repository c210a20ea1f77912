import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Page } from "../../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { openRejectReport } from "../../feeds/rejects.ts";
import { urls } from "../../web/urls.ts";

const main = ({ document }: Page) => document.querySelector("main")!.textContent.replace(/\s+/g, " ");
const name = "personnes_20261122060000_7.csv";

/** A run as the importer leaves it, with a report of as many rejects as asked for. */
function addRun(portal: Portal, { file = name, rejects = 3, refusal = null as string | null } = {}): number {
  const { $client } = portal.db;
  const { lastInsertRowid } = $client
    .prepare(
      "INSERT INTO feed_runs (source, sequence, mode, started_at, finished_at, applied, rejected) VALUES ('gestion', 7, 'delta', ?, ?, 10, ?)",
    )
    .run(portal.clock() / 1000, portal.clock() / 1000 + 5, rejects);
  $client
    .prepare(
      "INSERT INTO feed_files (run_id, name, entity, sha256, rows, refusal, rejected) VALUES (?, ?, 'personnes', x'00', 13, ?, ?)",
    )
    .run(lastInsertRowid, file, refusal, rejects);
  const report = openRejectReport(join(portal.dataDir, "rejects"), file);
  for (let line = 1; line <= rejects; line++)
    report.add("personnes", {
      line,
      key: `P${line}`,
      fault: { code: "E_DATE", column: "naissance", value: 'a;"b\nc' },
    });
  report.close();
  return Number(lastInsertRowid);
}

test("before any import, and after: runs, counts, freshness, orphans", async () => {
  const portal = await startPortal();
  portal.db.$client.exec("DELETE FROM feed_files; DELETE FROM feed_runs; DELETE FROM data_freshness");
  const admin = await portal.staffBrowser("admin");
  expect(main(await admin.get(urls.staffImports))).toContain("Aucun import n’a encore eu lieu.");
  portal.db.$client.exec(`INSERT INTO data_freshness VALUES ('paiements', ${portal.clock() / 1000 - 49 * 3600}), ('lignes', ${portal.clock() / 1000});
    INSERT INTO feed_orphans VALUES ('lignes', 'L1', 1, 'paiements', 'P', x'00', ${portal.clock() / 1000 - 3600})`);
  const run = addRun(portal, { refusal: "The hash is wrong." });
  portal.advance({ seconds: 5 });
  const page = await admin.get(urls.staffImports);
  for (const words of [
    "gestion, séquence 7",
    "1, dont 1 refusés",
    "en retard",
    "1, depuis le 23 novembre 2026 à 08:00",
  ])
    expect(main(page)).toContain(words);
  expect(page.document.querySelectorAll("strong.flag")).toHaveLength(1);
  expect(main(await admin.get(urls.staffImport(run)))).toContain("refusé : The hash is wrong.");
});

test("a run that has not ended is told to be under way or cut short, and lists go on by pages", async () => {
  const portal = await startPortal();
  const admin = await portal.staffBrowser("admin");
  portal.db.$client.exec("UPDATE feed_runs SET finished_at = NULL");
  expect(main(await admin.get(urls.staffImports))).toContain("en cours, ou interrompu");
  for (let index = 0; index < 60; index++) addRun(portal, { file: `f${index}_1.csv`, rejects: 0 });
  const first = await admin.get(urls.staffImports);
  expect(first.document.querySelector("table")!.querySelectorAll("tbody tr")).toHaveLength(50);
  const older = [...first.document.querySelectorAll("main a")].find(
    ({ textContent }) => textContent === "Plus ancien",
  )!;
  expect(
    (await admin.get(older.getAttribute("href")!)).document.querySelector("table")!.querySelectorAll("tbody tr").length,
  ).toBeGreaterThan(9);
});

describe("rejects", () => {
  test("are read in the page, part by part, and downloaded as they are", async () => {
    const portal = await startPortal();
    const run = addRun(portal, { rejects: 250 });
    const admin = await portal.staffBrowser("admin");
    const seen: string[] = [];
    let address: string | undefined = urls.staffRejects(run, 1);
    for (let part = 0; address && part < 5; part++) {
      const page = await admin.get(address);
      expect(page.status).toBe(200);
      const rows = [...page.document.querySelectorAll("tbody tr")].map((row) =>
        [...row.querySelectorAll("td")].map((cell) => cell.textContent),
      );
      seen.push(...rows.map((cells) => cells[1]!));
      expect(rows[0]![7]).toBe('a;"b\nc');
      address =
        [...page.document.querySelectorAll("main a")]
          .find(({ textContent }) => textContent === "Suite")
          ?.getAttribute("href") ?? undefined;
    }
    expect(seen).toEqual(Array.from({ length: 250 }, (_, index) => String(index + 1)));
    const file = await admin.get(urls.staffRejectsCsv(run, 1));
    expect([file.status, file.headers.get("content-type"), file.headers.get("content-disposition")]).toEqual([
      200,
      "text/csv; charset=utf-8",
      `attachment; filename="rejets_${name}"`,
    ]);
    expect(file.text.split("\r\n")).toHaveLength(252);
    expect(file.headers.get("cache-control")).toContain("no-store");
  });

  test("no address leads to another file", async () => {
    const portal = await startPortal();
    const run = addRun(portal);
    writeFileSync(join(portal.dataDir, "rejects", "rejets_secret.csv"), "kept apart");
    const admin = await portal.staffBrowser("admin");
    const base = `/staff/imports/${run}/rejects`;
    for (const piece of [
      "../../espace.db",
      "..%2f..%2fsecret.key",
      "rejets_secret.csv",
      "2",
      "0",
      "1%00",
      "1.csv",
      "01x",
      "-1",
    ]) {
      for (const end of ["", "/csv"]) {
        const { status, text } = await admin.get(`${base}/${piece}${end}`);
        expect([piece, status >= 400 && status < 500, text.includes("kept apart")]).toEqual([piece, true, false]);
      }
    }
    expect((await admin.get(`/staff/imports/${run + 9}/rejects/1`)).status).toBe(404);
  });

  test.each(["../../espace.db", "/etc/passwd", "a/../b.csv", ".hidden.csv", "a\0b.csv", "x".repeat(300)])(
    "a file whose name in the base is %j gives nothing",
    async (file) => {
      const portal = await startPortal();
      portal.db.$client.prepare("INSERT INTO feed_runs (run_id, mode, started_at) VALUES (900, 'delta', 1)").run();
      portal.db.$client
        .prepare("INSERT INTO feed_files (run_id, name, entity, sha256, rows) VALUES (900, ?, '', x'00', 0)")
        .run(file);
      const admin = await portal.staffBrowser("admin");
      expect((await admin.get(urls.staffImport(900))).status).toBe(200);
      for (const address of [urls.staffRejects(900, 1), urls.staffRejectsCsv(900, 1)])
        expect((await admin.get(address)).status).toBe(404);
    },
  );

  test.each(["1", "7", "99999999", "x", "-1", "1e3", "9999999999999"])(
    "a part from %s is no part of it",
    async (from) => {
      const portal = await startPortal();
      const run = addRun(portal);
      const admin = await portal.staffBrowser("admin");
      const { status } = await admin.get(`${urls.staffRejects(run, 1)}?from=${from}`);
      expect([400, 404]).toContain(status);
    },
  );

  test("a later run that read the same file has the report in its place", async () => {
    const portal = await startPortal();
    const [first, second] = [addRun(portal), addRun(portal, { rejects: 1 })];
    const admin = await portal.staffBrowser("admin");
    expect(main(await admin.get(urls.staffImport(first)))).toContain(`voir l’import n° ${second}`);
    expect((await admin.get(urls.staffRejects(first, 1))).status).toBe(404);
    expect((await admin.get(urls.staffRejects(second, 1))).status).toBe(200);
  });

  test("a folder in place of a report gives nothing", async () => {
    const portal = await startPortal();
    const run = addRun(portal, { rejects: 0 });
    mkdirSync(join(portal.dataDir, "rejects", `rejets_${name}`), { recursive: true });
    symlinkSync("/nowhere", join(portal.dataDir, "rejects", "x"));
    const admin = await portal.staffBrowser("admin");
    expect((await admin.get(urls.staffRejects(run, 1))).status).toBe(404);
    expect(main(await admin.get(urls.staffImport(run)))).toContain("aucun rapport");
  });
});
