// `npm run bench`: what the portal promises in figures, each beside its target, in one run on one machine.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { makeFolder } from "../../src/platform/config.ts";
import { benchAlerts } from "./alerts.ts";
import { benchMail } from "./mail.ts";
import { benchPage } from "./page.ts";
import { benchPdf } from "./pdf.ts";
import { pinned } from "./process.ts";
import { benchSignIn } from "./sign-in.ts";
import { benchStaffQueues } from "./staff-queues.ts";
import { benchStaffSearch } from "./staff-search.ts";
import { assetBytes } from "./wire.ts";

type Figure = { name: string; value: string; target: string; met: boolean };

const dataDir = process.env.DATA_DIR ?? "./var";
const folder = join(dataDir, "bench");
makeFolder(folder);
const figures: Figure[] = [];
const figure = (name: string, value: number, unit: string, target: number, at: "most" | "least") => {
  const met = at === "most" ? value <= target : value >= target;
  figures.push({
    name,
    value: `${Number(value.toFixed(2))} ${unit}`.trim(),
    target: `at ${at} ${target} ${unit}`.trim(),
    met,
  });
};

console.log(
  `Node ${process.versions.node}, ${pinned}. The base of 10 million lines is made once a day and takes a few minutes.`,
);
const page = await benchPage(folder, 10_000_000, 100_000, 9);
console.log("Signing in…");
const signIn = await benchSignIn(folder);
console.log("Drawing certificates…");
const pdf = await benchPdf(folder);
console.log("Queueing alerts…");
const alerts = await benchAlerts(folder);
console.log("Sending mails…");
const mail = await benchMail(folder);
console.log("Looking at the queues of the back office…");
const staffQueues = await benchStaffQueues();
console.log("Searching among a million people…");
const staffSearch = await benchStaffSearch(1_000_000);
console.log("Importing a million lines…");
const importing = JSON.parse(
  execFileSync(process.execPath, [join(import.meta.dirname, "import.ts")], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  }),
);

const kilobyte = 1024;
figure("/reimbursements, requests a second ÷ limit (median of pairs)", page.ratio, "", 0.7, "least");
figure("/reimbursements, p50 at 10 million ÷ p50 at 100 thousand lines", page.p50 / page.p50Small, "", 1.3, "most");
figure("bytes of the page ÷ bytes of the limit's page", page.bytes / page.limitBytes, "", 1.05, "most");
figure("memory, idle", page.idleMegabytes, "MB", 90, "most");
figure("memory, after the load", page.loadedMegabytes, "MB", 200, "most");
figure("start to the first 200", page.startMs, "ms", 500, "most");
figure(
  "first visit to /login, HTML and CSS compressed",
  (page.loginWireBytes + assetBytes(".css")) / kilobyte,
  "KB",
  14,
  "most",
);
figure("/reimbursements after that, compressed", page.pageWireBytes / kilobyte, "KB", 8, "most");
figure("all scripts, compressed", assetBytes(".js") / kilobyte, "KB", 16, "most");
figure("/reimbursements beside 8 sign-ins, p99 ÷ quiet p99", signIn.busyP99 / signIn.quietP99, "", 2.5, "most");
figure("memory beside 8 sign-ins", signIn.megabytes, "MB", 300, "most");
for (const path of ["login", "register", "forgot"] as const) {
  const difference = Math.abs(signIn[path] - 1) * 100;
  figure(`/${path}, known and unknown identity, difference of the median times`, difference, "%", 5, "most");
}
figure("a certificate as PDF", pdf.bytes / kilobyte, "KB", 40, "most");
figure("a certificate as PDF, processor time of the request (median)", pdf.cpuMs, "ms", 25, "most");
figure("/reimbursements beside 50 PDF requests at a time, p99", pdf.busyP99, "ms", 100, "most");
figure("100 thousand alerts queued", alerts.seconds, "s", 5, "most");
figure("/reimbursements meanwhile, p99 ÷ quiet p99", alerts.busyP99 / alerts.quietP99, "", 3, "most");
figure("mails a second into a mail server of this machine", mail.aloneASecond, "", 300, "least");
figure("/reimbursements while mails are sent, p99 ÷ quiet p99", mail.busyP99 / mail.quietP99, "", 3, "most");
figure(
  "slowest page of the back office, 100 thousand people waiting in each queue, p99",
  staffQueues.p99,
  "ms",
  30,
  "most",
);
figure("staff search among 1 million people, p99", staffSearch.p99, "ms", 50, "most");
figure("import of 1 million lines", importing.lignes.seconds, "s", 25, "most");
figure("import, time ÷ sqlite3 .import of the same file into the same tables", importing.ratio, "", 4, "most");
figure("import, memory", importing.lignes.peakMegabytes, "MB", 200, "most");
figure(
  "longest wait of a server that writes during the import",
  importing.lignesBesideServer.server.max,
  "ms",
  50,
  "most",
);

console.table(
  figures.map(({ name, value, target, met }) => ({ figure: name, measured: value, target, met: met ? "yes" : "NO" })),
);
const file = join(dataDir, "bench.json");
writeFileSync(
  file,
  `${JSON.stringify({ figures, page, signIn, pdf, staffQueues, staffSearch, mail, alerts, import: importing }, null, 2)}\n`,
);
console.log(`Written to ${file}`);
