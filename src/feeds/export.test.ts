import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { bundled, runOrDie } from "../../test/kit/killed.ts";
import { type OutboundEntity, type OutboundRow, queueOutbound } from "../domain/outbound.ts";
import { write } from "../platform/database.ts";
import { exportCommand } from "./cli-export.ts";
import { splitFields } from "./csv.ts";
import { exportFeed } from "./export.ts";
import { finishExport, planExport } from "./export-plan.ts";
import { openPlace, type Place, person } from "./import-kit.ts";

afterEach(() => vi.restoreAllMocks());

/** A base with people in it, and a clock of its own. */
async function startPlace(people = 3) {
  const place = openPlace();
  const rows = Array.from({ length: people }, (_, index) =>
    person({ personne_id: `P${index + 1}`, num_adherent: String(40_000_000 + index), nir13: "", nir_cle: "" }),
  );
  await place.rows("personnes", rows);
  const { db, seal } = place;
  const deps = { db, seal, clock: () => place.now, dataDir: place.folder, origin: "https://espace.example" };
  const outbox = join(place.folder, "outbox");
  return Object.assign(place, {
    deps,
    outbox,
    queue(entity: OutboundEntity, row: OutboundRow, dueAt?: number) {
      const due = dueAt === undefined ? {} : { dueAt };
      write(db, () => queueOutbound(deps, { entity, memberId: "P1", row, ...due }));
    },
    export: () => exportFeed(deps, outbox),
    at(moment: string) {
      place.now = Date.parse(moment);
    },
    folders: () => (existsSync(outbox) ? readdirSync(outbox).sort() : []),
    read: (folder: string, name: string) => readFileSync(join(outbox, folder, name), "utf8"),
  });
}

const gone = (member: string) => ({ personne_id: member, date_suppression: "2026-03-15" });
const paper = (member: string, papier = "O") => ({ personne_id: member, papier, date_effet: "2026-03-15" });

/** What a command prints, and its exit code. */
function run(work: () => number) {
  const [said, complained]: [string[], string[]] = [[], []];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => said.push(String(text)) > 0);
  vi.spyOn(process.stderr, "write").mockImplementation((text) => complained.push(String(text)) > 0);
  const code = work();
  vi.restoreAllMocks();
  return { code, output: said.join(""), errors: complained.join("") };
}

test("9.3 what is due is written as a feed of the same kind as those that come in", async () => {
  const place = await startPlace();
  place.queue("suppressions", gone("P1"));
  place.queue("preferences_papier", paper("P1"));
  place.queue("preferences_papier", paper("P2", "N"));
  place.export();
  const folder = "portal_20260315130000_000001";
  expect(place.folders()).toEqual([folder]);
  const names = [
    "manifest.json",
    "preferences_papier_20260315130000_000001.csv",
    "suppressions_20260315130000_000001.csv",
  ];
  expect(readdirSync(join(place.outbox, folder)).sort()).toEqual(names);
  expect(place.read(folder, names[1]!)).toBe("personne_id;papier;date_effet\r\nP1;O;2026-03-15\r\nP2;N;2026-03-15\r\n");
  expect(place.read(folder, names[2]!)).toBe("personne_id;date_suppression\r\nP1;2026-03-15\r\n");
  const hash = (name: string) => createHash("sha256").update(place.read(folder, name)).digest("hex");
  expect(JSON.parse(place.read(folder, "manifest.json"))).toEqual({
    sequence: 1,
    mode: "delta",
    source: "portal",
    files: [
      { name: names[1], rows: 2, sha256: hash(names[1]!) },
      { name: names[2], rows: 1, sha256: hash(names[2]!) },
    ],
  });
  for (const name of names) expect(statSync(join(place.outbox, folder, name)).mode & 0o777).toBe(0o600);
  expect(statSync(join(place.outbox, folder)).mode & 0o077).toBe(0);
});

test("a second run writes nothing, and what comes later is the next feed of the sequence", async () => {
  const place = await startPlace();
  place.queue("suppressions", gone("P1"));
  expect(place.export()).toHaveLength(1);
  expect(place.export()).toEqual([]);
  place.queue("suppressions", gone("P2"));
  place.at("2026-03-16T12:00:00Z");
  expect(place.export().map(({ sequence }) => sequence)).toEqual([2]);
  expect(place.folders()).toEqual(["portal_20260315130000_000001", "portal_20260316130000_000002"]);
  expect(place.read("portal_20260316130000_000002", "suppressions_20260316130000_000002.csv")).not.toContain("P1");
});

test("a row waits until it is due, to the second", async () => {
  const place = await startPlace();
  const due = Date.parse("2026-03-18T12:00:00Z");
  place.queue("suppressions", gone("P1"), due / 1000);
  place.now = due - 1000;
  expect(place.export()).toEqual([]);
  expect(place.folders()).toEqual([]);
  place.now = due;
  expect(place.export()).toHaveLength(1);
  place.now = due + 1000;
  expect(place.export()).toEqual([]);
});

test("a cell with a separator, a quote or a line end is quoted, and is read back as it was", async () => {
  const place = await startPlace();
  const odd = 'a;b"c\r\nd';
  place.queue("suppressions", { personne_id: odd, date_suppression: "2026-03-15" });
  place.export();
  const [folder] = place.folders();
  const text = place.read(folder!, `suppressions_${folder!.slice("portal_".length)}.csv`);
  expect(splitFields(text.split("\r\n").slice(1, -1).join("\r\n"), true)).toEqual([odd, "2026-03-15"]);
});

test("cut short before the folder is there, the same feed is written, and later rows are in the next", async () => {
  const place = await startPlace();
  place.queue("suppressions", gone("P1"));
  planExport(place.deps);
  place.at("2026-03-17T12:00:00Z");
  place.queue("suppressions", gone("P2"));
  expect(place.export().map(({ sequence, folder }) => [sequence, folder])).toEqual([
    [1, "portal_20260315130000_000001"],
    [2, "portal_20260317130000_000002"],
  ]);
  const [first, second] = place
    .folders()
    .map((folder) => place.read(folder, readdirSync(join(place.outbox, folder))[1]!));
  expect([first, second]).toEqual([
    "personne_id;date_suppression\r\nP1;2026-03-15\r\n",
    "personne_id;date_suppression\r\nP2;2026-03-15\r\n",
  ]);
});

test("cut short after the folder is there, even if the back office has taken it, the same feed comes again", async () => {
  const place = await startPlace();
  place.queue("suppressions", gone("P1"));
  place.export();
  const [folder] = place.folders();
  const before = readdirSync(join(place.outbox, folder!)).map((name) => place.read(folder!, name));
  for (const isTaken of [false, true]) {
    place.db.$client.exec("UPDATE outbound_exports SET exported_at = 0");
    if (isTaken) rmSync(join(place.outbox, folder!), { recursive: true });
    place.at("2026-03-20T12:00:00Z");
    place.queue("suppressions", gone("P3"));
    expect(place.export()[0]).toMatchObject({ sequence: 1, folder });
    expect(readdirSync(join(place.outbox, folder!)).map((name) => place.read(folder!, name))).toEqual(before);
  }
  const all = place.folders().map((name) => place.read(name, readdirSync(join(place.outbox, name))[1]!));
  expect(all.join("").match(/P1/g)).toHaveLength(1);
});

test("what a killed run left half written is replaced, and nothing of it stays beside", async () => {
  const place = await startPlace();
  place.queue("suppressions", gone("P1"));
  const { folder } = planExport(place.deps)!;
  mkdirSync(join(place.outbox, `.${folder}.abc123`), { recursive: true });
  writeFileSync(join(place.outbox, `.${folder}.abc123`, "suppressions.csv"), "personne_id");
  mkdirSync(join(place.outbox, folder));
  expect(place.export()).toHaveLength(1);
  expect(readdirSync(place.outbox)).toEqual([folder]);
  expect(place.read(folder, "manifest.json")).toContain('"rows": 1');
});

test("an outbox that cannot be written fails the run, and the next one writes the same feed", async () => {
  const place = await startPlace();
  place.queue("suppressions", gone("P1"));
  writeFileSync(place.outbox, "not a folder");
  expect(() => place.export()).toThrow();
  rmSync(place.outbox);
  expect(place.export().map(({ sequence }) => sequence)).toEqual([1]);
});

test("two runs that wrote the same feed tell of it once", async () => {
  const place = await startPlace();
  place.queue("suppressions", gone("P1"));
  const plan = planExport(place.deps)!;
  expect(planExport(place.deps)).toEqual(plan);
  expect([finishExport(place.deps, plan), finishExport(place.deps, plan)]).toEqual([true, false]);
});

test("the command tells of the rows, never of what is in them", async () => {
  const place = await startPlace();
  expect(run(() => exportCommand(place.deps, []))).toEqual({
    code: 0,
    output: "Nothing is due to the back office.\n",
    errors: "",
  });
  expect(place.folders()).toEqual([]);
  place.queue("suppressions", { personne_id: "P1", date_suppression: "FR7630004001230000045678904" });
  const told = run(() => exportCommand(place.deps, []));
  expect(told.output).toBe(`Feed 1: 1 rows in ${join(place.outbox, "portal_20260315130000_000001")}\n`);
  place.queue("suppressions", { personne_id: "P1", date_suppression: "FR7630004001230000045678904" });
  const json = run(() => exportCommand(place.deps, ["--json"]));
  expect(JSON.parse(json.output)).toMatchObject({ rows: 1, feeds: [{ sequence: 2, rows: 1 }] });
  expect(told.output + json.output).not.toContain("FR76");
  expect(run(() => exportCommand(place.deps, ["--jason"])).code).toBe(2);
  expect(run(() => exportCommand(place.deps, ["--help"])).output).toContain("espace export [--lists] [--json]");
});

test("killed at any moment, each row is in one feed, once, and no feed changes once it is seen", async () => {
  const people = 400;
  const place = await startPlace(people);
  const program = bundled(new URL("killed-export.ts", import.meta.url));
  const seen = new Map<string, string>();
  const look = () => {
    for (const folder of place.folders().filter((name) => !name.startsWith("."))) {
      const text = readdirSync(join(place.outbox, folder))
        .map((name) => place.read(folder, name))
        .join("");
      expect(seen.get(folder) ?? text).toBe(text);
      expect(text).toContain('"sequence"');
      seen.set(folder, text);
    }
  };
  for (let round = 0; round < 20; round++) {
    for (let index = 0; index < people / 20; index++) {
      const row = gone(`P${round * 20 + index + 1}`);
      place.queue("suppressions", row);
    }
    await exportOrDie(place, program, round);
    look();
  }
  place.export();
  look();
  const sequences = [...seen.keys()].map((name) => Number(name.slice(-6)));
  expect(sequences.sort((one, other) => one - other)).toEqual(sequences.map((_, index) => index + 1));
  const rows = [...seen.values()].flatMap((text) => text.match(/^P\d+(?=;)/gm) ?? []);
  expect(rows.length).toBe(people);
  expect(new Set(rows).size).toBe(people);
  expect(readdirSync(place.outbox).filter((name) => name.startsWith("."))).toEqual([]);
});

function exportOrDie(place: Pick<Place, "folder"> & { outbox: string }, program: string, killAfterMs: number) {
  return runOrDie(program, { BASE: join(place.folder, "espace.db"), OUTBOX: place.outbox }, killAfterMs);
}
