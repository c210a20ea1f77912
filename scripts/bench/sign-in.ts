import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openDatabase } from "../../src/platform/database.ts";
import { createPasswords } from "../../src/platform/passwords.ts";
import { makePageBase, openVisitors } from "./page-base.ts";
import { post } from "./post.ts";
import {
  load,
  loadCommand,
  median,
  productServer,
  residentMegabytes,
  type Server,
  startServer,
  stopServer,
} from "./process.ts";

const port = 8194;
const lines = 100_000;
const password = "Banc-d-essai-7!";
const parallel = 8;
const loadSeconds = 10;
const warmUpSeconds = 5;
const rounds = 3;
const pairs = 400;

type SignInFigures = {
  quietP99: number;
  busyP99: number;
  signInsASecond: number;
  megabytes: number;
  /** Median time for a known identity ÷ for an unknown one. */
  login: number;
  register: number;
  forgot: number;
};

/** What sign-ins cost the others, and whether the time of an answer tells who is known. */
export async function benchSignIn(folder: string): Promise<SignInFigures> {
  const dataDir = makePageBase(folder, lines);
  const cookies = openVisitors(dataDir, lines);
  const known = await givePasswords(dataDir);
  const server = await startServer(
    productServer,
    port,
    "/healthz",
    { DATA_DIR: dataDir, PORT: String(port), ESPACE_ENV: "demo", TRUSTED_PROXIES: "127.0.0.1", LOG_LEVEL: "info" },
    join(dataDir, "sign-in.log"),
  );
  const besideSignIns = await benchBeside(server, cookies, known.slice(0, parallel));
  const times = {
    login: await benchTimes(server, "/login", known, (identifier) => ({ identifier, password: "Faux-Faux-1!" })),
    register: await benchTimes(server, "/register", known, registration),
    forgot: await benchTimes(server, "/password/forgot", known, (identifier) => ({ identifier })),
  };
  await stopServer(server);
  return { ...besideSignIns, ...times };
}

/** Gives a password to accounts of the base. @returns their member numbers. */
async function givePasswords(dataDir: string): Promise<string[]> {
  const hash = await createPasswords().hash(password);
  const { $client: sql } = openDatabase(join(dataDir, "espace.db"), { durability: "normal" });
  const now = Math.floor(Date.now() / 1000);
  const members = sql
    .prepare<[number], { member_id: string; member_number: string }>(
      "SELECT member_id, member_number FROM members ORDER BY member_id LIMIT ?",
    )
    .all(pairs + parallel);
  sql.exec("BEGIN; DELETE FROM throttles; DELETE FROM mails; DELETE FROM deferred");
  for (const { member_id: id } of members) {
    sql
      .prepare(
        `INSERT INTO accounts (id, member_id, status, email, created_at, activated_at)
         VALUES (?, ?, 'active', ? || '@bench.example', ?, ?) ON CONFLICT DO NOTHING`,
      )
      .run(id, id, id, now, now);
    sql
      .prepare(
        "INSERT INTO credentials (account_id, password_hash, changed_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
      )
      .run(id, hash, now);
  }
  sql.exec("COMMIT");
  sql.close();
  return members.map(({ member_number }) => member_number);
}

/** Quiet and busy samples in turn, after both have been compiled and cached to the full; the median of three rounds. */
async function benchBeside(server: Server, cookies: string[], numbers: string[]) {
  const page = `${server.url}/reimbursements`;
  load(page, cookies, 1, warmUpSeconds);
  await startSignIns(server, numbers, warmUpSeconds).done;
  const samples = [];
  for (let round = 0; round < rounds; round++) {
    const quiet = load(page, cookies, 1, loadSeconds);
    const signIns = startSignIns(server, numbers, loadSeconds + 2);
    await sleep(1_000);
    const busy = load(page, cookies, 1, loadSeconds);
    const done = await signIns.done;
    samples.push({ quiet: quiet.p99, busy: busy.p99, ratio: busy.p99 / quiet.p99, done });
  }
  const middle = samples.toSorted((one, other) => one.ratio - other.ratio)[Math.floor(rounds / 2)]!;
  return {
    quietP99: middle.quiet,
    busyP99: middle.busy,
    signInsASecond: middle.done / (loadSeconds + 2),
    megabytes: residentMegabytes(server),
  };
}

/** Eight people who sign in again and again. */
function startSignIns(server: Server, numbers: string[], seconds: number): { done: Promise<number> } {
  const script = join(import.meta.dirname, "post-load.ts");
  const [command, rest] = loadCommand([
    script,
    `${server.url}/login`,
    JSON.stringify(numbers),
    password,
    String(seconds),
  ]);
  const child = spawn(command, rest, { stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  const done = new Promise<number>((resolve, reject) => {
    child.once("close", (code) => {
      if (code === 0) resolve((JSON.parse(output) as { done: number }).done);
      else reject(new Error("the sign-ins of the bench failed"));
    });
  });
  return { done };
}

/**
 * Pairs of a known and an unknown number, each from an address of its own so that no limit answers in our place; the
 * order turns round at each pair.
 */
async function benchTimes(
  server: Server,
  path: string,
  known: string[],
  fieldsOf: (identifier: string, pair: number) => Record<string, string>,
): Promise<number> {
  const times = { known: [] as number[], unknown: [] as number[] };
  const ask = async (kind: keyof typeof times, pair: number) => {
    const identifier = kind === "known" ? known[parallel + pair]! : String(90_000_000 + pair);
    const address = `10.${kind === "known" ? 1 : 2}.${pair >> 8}.${pair & 255}`;
    const { status, ms } = await post(server.url + path, fieldsOf(identifier, pair), { "x-forwarded-for": address });
    if (status !== (path === "/login" ? 422 : 303)) throw new Error(`${path} answered ${status} for ${kind}`);
    times[kind].push(ms);
    await sleep(2);
  };
  for (let pair = 0; pair < pairs; pair++) {
    for (const kind of pair % 2 === 0 ? (["known", "unknown"] as const) : (["unknown", "known"] as const))
      await ask(kind, pair);
  }
  return median(times.known) / median(times.unknown);
}

const registration = (identifier: string, pair: number) => ({
  identifier,
  birthDay: "17",
  birthMonth: "5",
  birthYear: "2003",
  email: `${identifier}.${pair}@bench.example`,
  password: "Un-mot-de-passe-7!",
  charter: "on",
});
