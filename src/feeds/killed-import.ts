import { env, stdout } from "node:process";
import { openDatabase } from "../platform/database.ts";
import { createSeal } from "../platform/seal.ts";
import { importFeed } from "./import.ts";
import { testKey } from "./import-kit.ts";

// The process that killed-import.test.ts kills: imports the drop folder of a base, over and over as it is told.
const { BASE, INBOX, REJECTS } = env as Record<string, string>;
const db = openDatabase(BASE!, { durability: "normal" });
const invited = db.$client.prepare("INSERT INTO settings (name, value) VALUES (?, 'once')");
stdout.write("started\n");
await importFeed(
  {
    db,
    seal: createSeal([testKey]),
    clock: () => Date.parse("2026-03-15T12:00:00Z"),
    invite: (memberId) => invited.run(`invited ${memberId}`).changes === 1,
    identityChanged: () => {},
    changeAnswered: () => {},
  },
  { paths: [], inbox: INBOX!, rejectsDir: REJECTS! },
);
stdout.write("finished\n");
