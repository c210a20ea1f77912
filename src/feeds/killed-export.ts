import { env, stdout } from "node:process";
import { openDatabase } from "../platform/database.ts";
import { createSeal } from "../platform/seal.ts";
import { exportFeed } from "./export.ts";
import { testKey } from "./import-kit.ts";

// The process that export.test.ts kills.
const { BASE, OUTBOX } = env as Record<string, string>;
const db = openDatabase(BASE!);
stdout.write("started\n");
exportFeed({ db, seal: createSeal([testKey]), clock: () => Date.parse("2026-03-15T12:00:00Z") }, OUTBOX!);
stdout.write("finished\n");
