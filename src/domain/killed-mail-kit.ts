import { createSecretKey } from "node:crypto";
import { env, stdout } from "node:process";
import { openDatabase } from "../platform/database.ts";
import { createMailer } from "../platform/mailer.ts";
import { createSeal } from "../platform/seal.ts";
import { recordMail } from "./mail-facts.ts";
import { startMailWorker } from "./mail-worker.ts";

// The process that killed-mail-worker.test.ts kills: sends what waits in a base, until it is killed.
const { BASE, KEY, SMTP, AHEAD } = env as Record<string, string>;
const db = openDatabase(BASE!);
const seal = createSeal([createSecretKey(Buffer.from(KEY!, "hex"))]);
// Each of them starts when the leases of the one before are over.
const clock = () => Date.now() + Number(AHEAD) * 1000;
const silent = () => {};
startMailWorker({
  db,
  seal,
  clock,
  // A machine that is at something else for a moment must not pass for a slow server.
  mailer: createMailer({ smtpUrl: SMTP, mailFrom: "SMENO <espace@smeno.example>", dataDir: "." }, { turn: 5_000 }),
  log: { info: silent, warn: silent, error: silent },
  onSettled: (mail) => recordMail({ db, clock, seal }, { ...mail, contentSha256: mail.contentSha256 ?? "" }),
});
stdout.write("started\n");
