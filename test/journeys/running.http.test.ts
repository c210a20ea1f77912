import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import process from "node:process";
import { afterAll, describe, expect, test } from "vitest";
import { startSmtpServer } from "../../src/platform/mailer-test-server.ts";
import {
  demoFolder,
  denoBinary,
  espace,
  freePort,
  killServers,
  launch,
  newFolder,
  productFolder,
  removeFolders,
  runtimes,
  startServer,
  until,
} from "../kit/server.ts";
import { visitor } from "./visitor.ts";

afterAll(() => {
  killServers();
  removeFolders();
});

describe.each(runtimes)("on %s", (runtime) => {
  test("the portal says that it is alive and ready, and logs JSON lines", async () => {
    const server = await startServer({ runtime, dataDir: await demoFolder() });
    const browser = visitor(server);
    for (const path of ["/healthz", "/readyz"]) {
      const answer = await browser.get(path);
      expect([answer.status, answer.text, answer.headers.get("cache-control")]).toEqual([200, "ok", "no-store"]);
    }
    const missing = await browser.get("/no/such/page");
    const [, reference] = /Référence à donner si vous nous appelez\u00a0: (\S+?)</.exec(missing.text) ?? [];
    expect(await server.stop()).toBe(0);
    const lines = server.log();
    for (const { level, time, msg } of lines) expect([level, msg, time.slice(-1)]).toEqual([level, msg, "Z"]);
    // The reference on the page finds the request in the log.
    expect(lines.filter(({ request }) => request === reference)).toEqual([
      expect.objectContaining({ method: "GET", status: 404, msg: "request" }),
    ]);
    expect(lines.at(-1)?.msg).toBe("stopped");
    expect(server.errors()).toBe("");
  });

  test("a stop lets the form being sent and the mail on its way finish", async () => {
    let accept = () => {};
    const accepted = new Promise<void>((resolve) => {
      accept = resolve;
    });
    let handed = 0;
    const smtp = await startSmtpServer(undefined, {
      onMailFrom(_address, _session, done) {
        handed++;
        void accepted.then(() => done());
      },
    });
    const dataDir = await demoFolder();
    const settings = { SMTP_URL: smtp.url };
    const server = await startServer({ runtime, dataDir, settings });
    await espace(runtime, ["invite", "10000004"], { DATA_DIR: dataDir });
    await until(() => handed > 0);
    const form = sendSlowly(server.url, "identifier=10000001&password=Demo-2026!");
    await form.begun;

    server.signal("SIGTERM");
    await server.logged("stopping");
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow();
    form.finish();
    expect(await form.answer).toMatch(/HTTP\/1\.1 303 [\s\S]*location: \/dashboard\r\n[\s\S]*set-cookie: session=/i);
    accept();

    expect(await server.ended).toBe(0);
    expect(smtp.received.map(({ to }) => to)).toEqual([["david@demo.example"]]);
    const { output } = await espace(runtime, ["mail", "queue", "--json"], { DATA_DIR: dataDir });
    expect(JSON.parse(output)).toMatchObject({ queued: 0, dead: 0 });
    expect(server.log().map(({ msg }) => msg)).toEqual(expect.arrayContaining(["mail sent", "stopped"]));
    await smtp.stop();
  });

  test("a restart forgets neither who is signed in nor who has to wait", async () => {
    const dataDir = await demoFolder();
    const first = await startServer({ runtime, dataDir });
    const alice = visitor(first);
    await alice.signIn("10000001");
    const guesser = visitor(first);
    for (let guess = 0; guess < 5; guess++) await guesser.signIn("10000002", `Faux-${guess}-Faux`);
    const slowed = await guesser.signIn("10000002");
    expect(slowed.status).toBe(429);
    expect(await first.stop()).toBe(0);

    const second = await startServer({ runtime, dataDir });
    expect((await visitor(second, alice.cookies).get("/dashboard")).status).toBe(200);
    const still = await visitor(second).signIn("10000002");
    expect(still.status).toBe(429);
    expect(Number(still.headers.get("retry-after"))).toBeGreaterThan(30);
    expect((await visitor(second).signIn("10000003")).status).toBe(303);
    await second.stop();
  });

  test("a second portal on the same port ends with one line that says why", async () => {
    const server = await startServer({ runtime, dataDir: await demoFolder() });
    const port = new URL(server.url).port;
    const second = await espace(runtime, ["serve"], { DATA_DIR: await demoFolder(), PORT: port });
    expect(second).toEqual({
      code: 1,
      output: "",
      errors: `The portal cannot start: Port ${port} of 127.0.0.1 is taken. Stop the other program, or set PORT.\n`,
    });
    expect((await visitor(server).get("/healthz")).status).toBe(200);
    await server.stop();
  });
});

test("the same base is served by Node, then by Deno, then by Node again", async () => {
  const dataDir = await demoFolder();
  const cookies = new Map<string, string>();
  const amounts: string[][] = [];
  for (const runtime of ["node", "deno", "node"] as const) {
    const server = await startServer({ runtime, dataDir });
    const alice = visitor(server, cookies);
    // Signed in once, on the first.
    if (cookies.size === 0) await alice.signIn("10000001");
    const list = await alice.get("/reimbursements");
    expect(list.status).toBe(200);
    amounts.push([...list.document.querySelectorAll("td.amount")].map((cell) => cell.textContent));
    expect(await server.stop()).toBe(0);
  }
  expect(amounts[0]!.length).toBe(25);
  expect(amounts[1]).toEqual(amounts[0]);
  expect(amounts[2]).toEqual(amounts[0]);
});

test("`deno task start` starts the portal from the project folder, and ends with it", async () => {
  const port = String(await freePort());
  const settings = { DATA_DIR: newFolder(), PORT: port };
  const task = launch([denoBinary(), "task", "start"], settings, { cwd: installedCopy() });
  const ready = () =>
    fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ ok }) => ok,
      () => undefined,
    );
  await until(ready);
  expect(task.output()).toContain(`Espace Personnel: http://127.0.0.1:${port}`);
  expect(await task.stop()).toBe(0);
  expect(task.log().at(-1)?.msg).toBe("stopped");
  expect(await ready()).toBe(undefined);
});

/** The project as it is after an installation, so that the task finds nothing to install in ours. */
function installedCopy(): string {
  const folder = newFolder();
  const parts = ["db", "dist", "locales", "scripts", "src", "static", "deno.json", "package.json", "package-lock.json"];
  for (const part of parts)
    cpSync(join(productFolder, part), join(folder, part), { recursive: true, preserveTimestamps: true });
  const [packages, links] = [join(productFolder, "node_modules"), join(folder, "node_modules")];
  mkdirSync(links);
  for (const name of readdirSync(packages)) symlinkSync(join(packages, name), join(links, name));
  const lock = createHash("sha256").update(readFileSync(join(folder, "package-lock.json")));
  rmSync(join(links, ".stamp"), { force: true });
  writeFileSync(join(links, ".stamp"), `${lock.digest("hex")} ${process.platform} ${process.arch} all`);
  return folder;
}

/** A sign-in whose body comes in two halves, the second when told. */
function sendSlowly(url: string, body: string) {
  const { hostname, port, origin } = new URL(url);
  const socket = connect(Number(port), hostname);
  const half = Math.floor(body.length / 2);
  let received = "";
  socket.on("data", (chunk) => {
    received += chunk;
  });
  const head = [
    "POST /login HTTP/1.1",
    `Host: ${hostname}:${port}`,
    `Origin: ${origin}`,
    "Content-Type: application/x-www-form-urlencoded",
    `Content-Length: ${body.length}`,
    "Expect: 100-continue",
  ];
  socket.write(`${head.join("\r\n")}\r\n\r\n${body.slice(0, half)}`);
  return {
    /** The server has begun with it: it has said to go on. */
    begun: until(() => received.startsWith("HTTP/1.1 100 ") || undefined),
    finish: () => void socket.write(body.slice(half)),
    /** All that came back until the server closed. */
    answer: new Promise<string>((resolve, reject) => {
      socket.on("end", () => resolve(received));
      socket.on("error", reject);
    }),
  };
}
