import { exit, stderr, versions } from "node:process";

// On an older Node the database module crashes without a word; said here, before it is loaded.
if (Number(versions.node.split(".")[0]) < 24) {
  stderr.write(`Node 24 or newer is needed; this is ${versions.node}. Run \`npm start\`, which brings one.\n`);
  exit(1);
}
const { serve } = await import("./serve.ts");
await serve();
