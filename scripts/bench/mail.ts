// The worker of a server that sends bulk mails to a mail server of this machine, while its pages are read. By itself it
// prints one JSON object: node scripts/bench/mail.ts
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { argv, stdout } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { composeMail } from "../../src/domain/mail-layout.ts";
import { queueMail } from "../../src/domain/outbox.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { openBase } from "../../src/platform/base.ts";
import { readConfig } from "../../src/platform/config.ts";
import { openDatabase, write } from "../../src/platform/database.ts";
import { makePageBase, openVisitors } from "./page-base.ts";
import { load, productServer, startServer, startSink, stopServer } from "./process.ts";

const port = 8197;
const lines = 100_000;
const mails = 30_000;
const seconds = 8;

export type MailFigures = { aloneASecond: number; besideReadersASecond: number; quietP99: number; busyP99: number };

/** How many mails leave in a second, alone and beside readers of a page, and what these feel of it. */
export async function benchMail(folder: string): Promise<MailFigures> {
  const dataDir = makePageBase(folder, lines);
  const cookies = openVisitors(dataDir, lines);
  openDatabase(join(dataDir, "espace.db")).$client.exec("DELETE FROM mails");
  const sink = await startSink();
  const server = await startServer(
    productServer,
    port,
    "/healthz",
    {
      DATA_DIR: dataDir,
      PORT: String(port),
      ESPACE_ENV: "demo",
      LOG_LEVEL: "info",
      SMTP_URL: sink.smtpUrl,
    },
    join(dataDir, "mail.log"),
  );
  const page = `${server.url}/reimbursements`;
  load(page, cookies, 1, 3);
  const quiet = load(page, cookies, 1, seconds);
  const base = openDatabase(join(dataDir, "espace.db"));
  const count = base.$client.prepare<[], number>("SELECT count(*) FROM mails WHERE state = 'sent'").pluck();
  const rateOver = async (work: () => unknown) => {
    const [before, began] = [count.get()!, performance.now()];
    await work();
    return ((count.get()! - before) * 1000) / (performance.now() - began);
  };
  queueMany(dataDir);
  await sleep(3_000);
  const aloneASecond = await rateOver(() => sleep(5_000));
  let busyP99 = 0;
  const besideReadersASecond = await rateOver(() => {
    busyP99 = load(page, cookies, 1, seconds).p99;
  });
  base.$client.close();
  await stopServer(server);
  sink.stop();
  return { aloneASecond, besideReadersASecond, quietP99: quiet.p99, busyP99 };
}

function queueMany(dataDir: string): void {
  const config = readConfig({ DATA_DIR: dataDir }, dataDir);
  const base = openBase(config, { durability: "normal" });
  const body = composeMail({
    language: "fr",
    organisation: config.organisation,
    origin: config.origin,
    subject: "Un remboursement vous a été versé",
    paragraphs: ["Bonjour Alice,", "Un remboursement vous a été versé.", "Montant : 12,34 €\nPayé par : SMENO"],
    action: { label: "Voir mes remboursements", url: `${config.origin}/reimbursements` },
    stop: "service",
  });
  const deps = { ...base, clock: systemClock };
  for (let index = 0; index < mails; ) {
    write(base.db, () => {
      for (const end = index + 500; index < end; index++)
        queueMail(deps, { kind: "test", to: `m${index}@bench.example`, language: "fr", body, bulk: true });
    });
  }
  base.db.$client.close();
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const folder = mkdtempSync(join(tmpdir(), "espace-bench-"));
  try {
    stdout.write(`${JSON.stringify(await benchMail(folder), null, 2)}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
