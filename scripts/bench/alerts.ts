// A hundred thousand alerts queued, beside a server that sends them while its pages are read. By itself it prints one JSON object:
//   node scripts/bench/alerts.ts
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argv, execPath, stdout } from "node:process";
import { fileURLToPath } from "node:url";
import { queueAlerts } from "../../src/domain/alerts.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { parisDay } from "../../src/lib/dates.ts";
import { openBase } from "../../src/platform/base.ts";
import { readConfig } from "../../src/platform/config.ts";
import { openDatabase } from "../../src/platform/database.ts";
import { giveWay } from "../../src/platform/give-way.ts";
import { makePageBase, openVisitors } from "./page-base.ts";
import { load, productServer, startServer, startSink, stopServer } from "./process.ts";

const port = 8195;
const lines = 100_000;
const people = 100_000;
const warmUpSeconds = 3;
const quietSeconds = 8;
/** Less than the queueing takes. */
const busySeconds = 3;

type AlertFigures = { queued: number; seconds: number; quietP99: number; busyP99: number };

/** How long the messages of that many payments take to be queued, and what the readers of a page feel of it. */
export async function benchAlerts(folder: string): Promise<AlertFigures> {
  // Of its own: the people added would weigh on what others measure.
  const dataDir = makePageBase(join(folder, "alerts"), lines);
  const cookies = openVisitors(dataDir, lines);
  addAlerts(dataDir);
  const sink = await startSink();
  const server = await startServer(
    productServer,
    port,
    "/healthz",
    { DATA_DIR: dataDir, PORT: String(port), ESPACE_ENV: "demo", LOG_LEVEL: "info", SMTP_URL: sink.smtpUrl },
    join(dataDir, "alerts.log"),
  );
  const page = `${server.url}/reimbursements`;
  load(page, cookies, 1, warmUpSeconds);
  const quiet = load(page, cookies, 1, quietSeconds);
  const child = spawn(execPath, [fileURLToPath(import.meta.url), "--queue", dataDir], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const closed = once(child, "close");
  let output = "";
  const ready = new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk) => {
      output += chunk;
      resolve();
    });
  });
  await ready;
  const busy = load(page, cookies, 1, busySeconds);
  await closed;
  await stopServer(server);
  sink.stop();
  const { queued, seconds } = JSON.parse(output.split("\n")[1]!) as { queued: number; seconds: number };
  return { queued, seconds, quietP99: quiet.p99, busyP99: busy.p99 };
}

/** As an import has left them, right before it queues their messages. */
function addAlerts(dataDir: string): void {
  const { $client: sql } = openDatabase(join(dataDir, "espace.db"), { durability: "normal" });
  const today = parisDay(systemClock());
  const serial = `WITH RECURSIVE n (i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < ${people - 1})`;
  const id = "printf('Q%08d', i)";
  sql.exec(`BEGIN; DELETE FROM alerts; DELETE FROM mails;
    ${serial} INSERT INTO members (member_id, member_number, birth_name, first_names, birth_date, is_affiliate,
      is_subscriber, version, digest)
      SELECT ${id}, printf('%08d', 50000000 + i), 'NOM' || i, 'Prénom' || i, '2003-05-17', 1, 1, 1, x'00' FROM n
      WHERE true ON CONFLICT DO NOTHING;
    ${serial} INSERT INTO accounts (id, member_id, status, email, created_at, activated_at)
      SELECT ${id}, ${id}, 'active', 'q' || i || '@bench.example', 1, 1 FROM n WHERE true ON CONFLICT DO NOTHING;
    ${serial} INSERT INTO preferences (account_id, alert_email, changed_at) SELECT ${id}, 1, 1 FROM n
      WHERE true ON CONFLICT DO NOTHING;
    ${serial} INSERT INTO payments (member_id, paid_on, payment_id, payer, nature, amount_cents, recipient, mode, status,
      version, digest)
      SELECT ${id}, '${today}', 'PAYQ' || i, 'AMO', 'REMBOURSEMENT_SOINS', 1900 + i % 977, 'assure', 'virement', 'emis',
        1, x'00' FROM n WHERE true ON CONFLICT DO NOTHING;
    ${serial} INSERT INTO alerts (member_id, channel, payment_id, kept_at)
      SELECT ${id}, 'email', 'PAYQ' || i, unixepoch() FROM n;
    COMMIT;`);
  sql.pragma("wal_checkpoint(TRUNCATE)");
  sql.close();
}

/** What the command does at the end of an import. */
async function queueAll(dataDir: string): Promise<void> {
  const config = readConfig({ DATA_DIR: dataDir }, dataDir);
  const base = openBase(config, { durability: "normal", cacheMegabytes: 16 });
  // As the importer leaves it.
  base.db.$client.pragma("wal_autocheckpoint = 4000");
  giveWay();
  stdout.write("ready\n");
  const started = performance.now();
  const queued = await queueAlerts({ ...base, clock: systemClock, config });
  stdout.write(`${JSON.stringify({ queued, seconds: (performance.now() - started) / 1000 })}\n`);
  base.db.$client.close();
}

if (argv[2] === "--queue") await queueAll(argv[3]!);
else if (argv[1] === fileURLToPath(import.meta.url)) {
  const folder = mkdtempSync(join(tmpdir(), "espace-bench-"));
  try {
    stdout.write(`${JSON.stringify(await benchAlerts(folder), null, 2)}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
