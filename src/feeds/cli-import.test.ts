import { stderr, stdout } from "node:process";
import { afterEach, expect, test, vi } from "vitest";
import { importCommand } from "./cli-import.ts";
import { csv, openPlace, type Place, person } from "./import-kit.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** Runs the command with what it writes kept apart. */
async function run(place: Place, argv: string[]) {
  const written = { out: "", err: "" };
  vi.spyOn(stdout, "write").mockImplementation((text) => {
    written.out += text;
    return true;
  });
  vi.spyOn(stderr, "write").mockImplementation((text) => {
    written.err += text;
    return true;
  });
  const { db, seal, inbox, rejectsDir } = place;
  const deps = {
    db,
    seal,
    inbox,
    rejectsDir,
    clock: () => place.now,
    invite: () => true,
    identityChanged: () => {},
    changeAnswered: () => {},
  };
  const code = await importCommand(deps, argv);
  return { code, ...written };
}

const name = "personnes_20260301080000_1.csv";

test("--json prints one object with the counts, and nothing else", async () => {
  const place = openPlace();
  const { code, out, err } = await run(place, [
    "--json",
    place.file(name, csv([person({}), person({ est_affilie: "" })])),
  ]);
  expect(code).toBe(0);
  expect(err).toBe("");
  const { applied, unchanged, ignored, rejected, invited, alerts, files } = JSON.parse(out);
  expect([applied, unchanged, ignored, rejected, invited, alerts]).toEqual([1, 0, 0, 1, 0, 0]);
  expect(files).toMatchObject([{ name, entity: "personnes", rows: 2, applied: 1, rejected: 1, refusal: null }]);
});

test("a refused file is one plain line on stderr and exit 1", async () => {
  const place = openPlace();
  const { code, out, err } = await run(place, [place.file(name, "a;b\n")]);
  expect(code).toBe(1);
  expect(err).toBe(`${name}: The column version is missing.\n`);
  expect(out).toBe("In all: 0 applied, 0 unchanged, 0 ignored, 0 rejected; 0 invited, 0 alerts.\n");
});

test("without a path the drop folder is imported, and an empty one is said so", async () => {
  const place = openPlace();
  expect(await run(place, [])).toEqual({ code: 0, out: expect.stringMatching(/^Nothing to import\. /), err: "" });
  place.feed(1, { [name]: csv([person({})]) }, { into: place.inbox });
  expect((await run(place, ["--dry-run"])).out).toContain("Dry run, nothing was changed. In all: 1 applied");
  expect((await run(place, [])).out).toContain("In all: 1 applied");
});

test("a sequence that skips passes with --accept-gap only", async () => {
  const place = openPlace();
  await place.import(place.feed(1, { [name]: csv([person({})]) }));
  const skipping = place.feed(3, { [name]: csv([person({ version: 2 })]) });
  expect((await run(place, [skipping])).code).toBe(1);
  expect((await run(place, [skipping, "--accept-gap"])).code).toBe(0);
});

test("an unknown option is wrong usage, exit 2, and --help tells the right one", async () => {
  const place = openPlace();
  const wrong = await run(place, ["--nope"]);
  expect(wrong.code).toBe(2);
  expect(wrong.err).toContain("--nope");
  const help = await run(place, ["--help"]);
  expect(help.code).toBe(0);
  for (const option of ["--dry-run", "--accept-gap", "--json"]) expect(help.out).toContain(option);
});
