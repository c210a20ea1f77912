// Everything that must hold before a change lands, cheapest first. Ends in one line: `N passed, N failed`.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";

type Count = { passed: number; failed: number; skipped: number };
const total: Count = { passed: 0, failed: 0, skipped: 0 };
/** What failed, each with its first lines: told again at the end, thousands of lines after it happened. */
const failures: string[] = [];

function fail(what: string): void {
  total.failed++;
  failures.push(what);
}

/** Runs a tool as one check. */
function check(name: string, command: string, args: string[]): void {
  console.log(`\n— ${name}`);
  const run = spawnSync(command, args, { stdio: "inherit" });
  if (run.status === 0) total.passed++;
  else fail(name);
}

/** The part of Vitest's report that is counted and told. */
type Report = {
  numPassedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { fullName: string; status: string; failureMessages: string[] }[];
  }[];
};

/** Runs tests and counts each of them; tests that could not even start count as one failure. */
function tests(name: string, projects: string[]): void {
  console.log(`\n— ${name}`);
  const folder = mkdtempSync(join(tmpdir(), "espace-tests-"));
  const report = join(folder, "report.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const selected = projects.map((project) => `--project=${project}`);
  const run = spawnSync("vitest", ["run", ...selected, ...reporters], { stdio: "inherit" });
  if (existsSync(report)) {
    const { numPassedTests, numPendingTests, numTodoTests, testResults }: Report = JSON.parse(
      readFileSync(report, "utf8"),
    );
    total.passed += numPassedTests;
    total.skipped += numPendingTests + numTodoTests;
    const before = total.failed;
    for (const file of testResults) {
      const failed = file.assertionResults.filter(({ status }) => status === "failed");
      for (const { fullName, failureMessages } of failed) {
        fail(`${file.name}: ${fullName}\n${failureMessages.join("\n")}`);
      }
      // A file that fails to load has no test to count.
      if (file.status === "failed" && failed.length === 0) fail(`${file.name}: ${file.message}`);
    }
    if (run.status !== 0 && total.failed === before) fail(`${name}: an error outside of any test`);
  } else fail(`${name}: they did not start`);
  rmSync(folder, { recursive: true, force: true });
}

/** The browser of the journeys is Debian's; root can have it, others are told what to install. */
function ensureChromium(): boolean {
  const browser = process.env.CHROMIUM ?? "/usr/bin/chromium";
  if (existsSync(browser)) return true;
  if (process.getuid?.() === 0 && existsSync("/usr/bin/apt-get")) {
    console.log("Installing chromium with apt…");
    const quiet = {
      stdio: ["ignore", "ignore", "inherit"] as ["ignore", "ignore", "inherit"],
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    };
    spawnSync("apt-get", ["update", "-qq"], quiet);
    spawnSync("apt-get", ["install", "-y", "-qq", "--no-install-recommends", "chromium"], quiet);
  }
  return existsSync(browser);
}

const began = Date.now();
check("types", "tsc", []);
check("format and lint", "biome", ["check", "--error-on-warnings"]);
check("unused files, exports and packages", "knip", []);
tests("unit and integration", ["unit"]);
tests("journeys over HTTP, on Node and on Deno", ["http"]);
if (ensureChromium()) tests("journeys in a browser, with and without JavaScript", ["browser"]);
else {
  console.log(
    "\nThe browser journeys were skipped: install Debian's chromium (apt-get install chromium), or set CHROMIUM to a browser.",
  );
  total.skipped++;
}
const { passed, failed, skipped } = total;
for (const what of failures) {
  const ours = what.split("\n").filter((line) => !line.includes("/node_modules/"));
  console.log(`\nFAILED ${ours.slice(0, 20).join("\n")}`);
}
console.log(`\n${Math.round((Date.now() - began) / 1000)} s`);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exit(failed > 0 ? 1 : 0);
