import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { get } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openDatabase } from "../../src/platform/database.ts";
import { makePageBase, openVisitors } from "./page-base.ts";
import {
  type Load,
  load,
  loadCommand,
  median,
  productServer,
  type Server,
  startServer,
  stopServer,
} from "./process.ts";

const port = 8195;
const lines = 100_000;
const parallel = 50;
const loadSeconds = 6;
const warmUps = 20;

export type PdfFigures = {
  bytes: number;
  /** Processor time of one request, with its issue and its answer, in milliseconds. */
  cpuMs: number;
  quietP99: number;
  busyP99: number;
  pdfsASecond: number;
};

/** What a certificate costs, and what fifty asked for at once, all the time, cost the others. */
export async function benchPdf(folder: string): Promise<PdfFigures> {
  const dataDir = makePageBase(folder, lines);
  const cookies = openVisitors(dataDir, lines);
  giveRights(dataDir);
  const server = await startServer(
    productServer,
    port,
    "/healthz",
    { DATA_DIR: dataDir, PORT: String(port), ESPACE_ENV: "demo", LOG_LEVEL: "info" },
    join(dataDir, "pdf.log"),
  );
  const certificate = `${server.url}/documents/rights-certificate.pdf`;
  const page = `${server.url}/reimbursements`;
  const times: number[] = [];
  const sizes: number[] = [];
  // Each visitor's certificate is another one: none is drawn twice.
  for (const [index, cookie] of cookies.entries()) {
    const before = cpuMs(server);
    const size = await sizeOf(certificate, cookie);
    await sleep(5);
    if (index < warmUps) continue;
    times.push(cpuMs(server) - before);
    sizes.push(size);
  }
  load(page, cookies, 4, 2);
  const quiet = load(page, cookies, 4, loadSeconds);
  const drawing = loadOf(certificate, cookies, loadSeconds + 3);
  await sleep(1_500);
  const busy = load(page, cookies, 4, loadSeconds);
  const drawn = await drawing;
  await stopServer(server);
  return {
    bytes: median(sizes),
    cpuMs: median(times),
    quietP99: quiet.p99,
    busyP99: busy.p99,
    pdfsASecond: drawn.requestsASecond,
  };
}

/** Rights that are open, for everybody of the base; certificates of an earlier run go. */
function giveRights(dataDir: string): void {
  const { $client: sql } = openDatabase(join(dataDir, "espace.db"), { durability: "normal" });
  sql.exec(`BEGIN; DELETE FROM certificates; DELETE FROM throttles;
    INSERT OR IGNORE INTO amo_rights (member_id, scheme, fund, centre, fund_name, holder_id, quality, rank, rights_from,
      rights_to, treating_doctor, version, digest)
      SELECT member_id, '01', '595', '1234', 'CPAM de Lille-Douai', member_id, 1, 1, '2020-01-01', '2099-12-31', 'O', 1,
        x'00' FROM members;
    COMMIT`);
  sql.close();
}

/** Processor time of all the threads of the server so far. */
function cpuMs({ child }: Server): number {
  const tasks = `/proc/${child.pid}/task`;
  const spent = readdirSync(tasks).map((task) =>
    Number(readFileSync(join(tasks, task, "schedstat"), "utf8").split(" ")[0]),
  );
  return spent.reduce((sum, nanoseconds) => sum + nanoseconds, 0) / 1e6;
}

function sizeOf(url: string, cookie: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { agent: false, headers: { cookie, "sec-fetch-site": "none" } }, (response) => {
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
      });
      response.on("end", () =>
        response.statusCode === 200 ? resolve(size) : reject(new Error(`${url} answered ${response.statusCode}`)),
      );
    }).on("error", reject);
  });
}

/** A load beside another one: the visitors are more than the files that the server keeps, so that each is drawn. */
function loadOf(url: string, cookies: string[], seconds: number): Promise<Load> {
  const script = join(import.meta.dirname, "load.ts");
  const [command, args] = loadCommand([script, url, JSON.stringify(cookies), String(parallel), String(seconds)]);
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.once("close", (code) => {
      const result = code === 0 ? (JSON.parse(output) as Load) : undefined;
      if (result?.bad === 0) resolve(result);
      else reject(new Error(`the load of ${url} failed: ${code}, ${output}`));
    });
  });
}
