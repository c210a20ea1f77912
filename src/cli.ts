import { exit, stderr, versions } from "node:process";

if (Number(versions.node.split(".")[0]) < 24) {
  stderr.write(`Node 24 or newer is needed; this is ${versions.node}. Use \`npm run espace\`, which brings one.\n`);
  exit(1);
}
const { runCommand } = await import("./commands.ts");
await runCommand();
