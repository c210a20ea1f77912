import type { ChildProcess } from "node:child_process";
import { createSecretKey, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stdout } from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { SMTPServer } from "smtp-server";
import { expect, onTestFinished, test } from "vitest";
import { bundled, startProgram } from "../../test/kit/killed.ts";
import { upgrade } from "../../test/kit/upgrade.ts";
import { openDatabase, write } from "../platform/database.ts";
import { createSeal } from "../platform/seal.ts";
import { isWhole, verifyEvidence } from "./evidence.ts";
import { queueMail } from "./outbox.ts";
import { leaseSeconds } from "./sending-queue.ts";

/** A server that takes a mail the moment it is whole: who reads mails as it takes them is slower than who sends. */
async function startServer(thinkingMs: number) {
  const received: { to: string; id: string }[] = [];
  const server = new SMTPServer({
    disabledCommands: ["AUTH", "STARTTLS"],
    disableReverseLookup: true,
    closeTimeout: 100,
    logger: false,
    onData(stream, { envelope }, done) {
      let raw = "";
      stream.on("data", (chunk: Buffer) => {
        raw += chunk.toString("latin1");
      });
      stream.on("end", () => {
        received.push({ to: envelope.rcptTo[0]!.address, id: /^Message-ID: (.+)$/im.exec(raw)![1]! });
        if (thinkingMs === 0) done(null);
        else setTimeout(done, thinkingMs, null);
      });
    },
  });
  server.on("error", () => {});
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const { port } = server.server.address() as AddressInfo;
  const stop = () => new Promise<void>((done) => server.close(done));
  return { url: `smtp://127.0.0.1:${port}`, received, stop };
}

test.each([
  { count: 1000, kills: 20, thinkingMs: 0 },
  { count: 200, kills: 8, thinkingMs: 5 },
])(
  "$count mails and a worker killed $kills times, with a server that thinks for $thinkingMs ms: each mail arrives, and at most one more for each kill",
  async ({ count, kills, thinkingMs }) => {
    const folder = mkdtempSync(join(tmpdir(), "espace-killed-mail-"));
    const program = bundled(new URL("killed-mail-kit.ts", import.meta.url));
    const key = randomBytes(32);
    const file = join(folder, "espace.db");
    const db = openDatabase(file);
    const seal = createSeal([createSecretKey(key)]);
    upgrade(db, seal);
    const server = await startServer(thinkingMs);
    const children = new Set<ChildProcess>();
    onTestFinished(async () => {
      for (const child of children) child.kill("SIGKILL");
      await server.stop();
      db.$client.close();
      rmSync(folder, { recursive: true });
    });
    write(db, () => {
      for (let index = 0; index < count; index++) {
        const body = { subject: `Mail ${index}`, text: "Bonjour", html: "<p>Bonjour</p>" };
        const bulk = index % 3 === 0;
        queueMail(
          { db, seal, clock: Date.now },
          { kind: "test", to: `m${index}@demo.example`, language: "fr", body, bulk },
        );
      }
    });
    const start = async (round: number) => {
      const ahead = String(round * (leaseSeconds + 1));
      const child = startProgram(program, { BASE: file, KEY: key.toString("hex"), SMTP: server.url, AHEAD: ahead });
      children.add(child);
      await once(child.stdout, "data");
      return child;
    };
    const arrived = async (mails: number) => {
      for (let waited = 0; server.received.length < mails && waited < 20_000; waited++) await sleep(1);
    };
    for (let round = 0; round < kills; round++) {
      const child = await start(round);
      await arrived(server.received.length + 5 + Math.floor(Math.random() * (count / kills - 15)));
      await sleep(Math.random() * 10);
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    }
    await start(kills);
    const unsent = db.$client.prepare<[], number>("SELECT count(*) FROM mails WHERE state <> 'sent'").pluck();
    for (let waited = 0; unsent.get() !== 0 && waited < 40_000; waited += 20) await sleep(20);

    const recipients = new Set(server.received.map(({ to }) => to));
    const ids = new Set(server.received.map(({ id }) => id));
    const doubles = server.received.length - recipients.size;
    stdout.write(`${count} mails, ${kills} kills: ${doubles} arrived twice, ${count - recipients.size} lost\n`);
    expect([unsent.get(), recipients.size, ids.size]).toEqual([0, count, count]);
    expect(doubles).toBeLessThanOrEqual(kills);
    const facts = db.$client.prepare<[], number>("SELECT count(*) FROM evidence WHERE kind = 'mail.sent'").pluck();
    expect(facts.get()).toBe(count);
    expect(isWhole(verifyEvidence({ db, seal, clock: Date.now }))).toBe(true);
  },
  120_000,
);
