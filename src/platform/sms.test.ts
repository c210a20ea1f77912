import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { createTexter } from "./sms.ts";

const message = { id: "1795420800000.abc", to: "+33612345678", text: "Votre code est 123456." };

type Got = { method: string; url: string; type: string; authorization: string | undefined; body: unknown };

/** A gateway on this machine. */
async function gateway(answer: (response: ServerResponse) => void) {
  const got: Got[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    let body = "";
    for await (const piece of request) body += piece;
    const { method = "", url = "", headers } = request;
    const { "content-type": type = "", authorization } = headers;
    got.push({ method, url, type, authorization, body: JSON.parse(body) });
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { got, host: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const status = (code: number) => (response: ServerResponse) => void response.writeHead(code).end(message.text);

describe("a gateway", () => {
  test("gets the number, the text and the id as JSON, and its credentials apart from the address", async () => {
    const { got, host } = await gateway(status(202));
    const texter = createTexter({ smsUrl: `http://portal:s%40cret@${host}/send?from=SMENO`, dataDir: "" });
    expect(await texter.send(message)).toEqual({ outcome: "sent", answer: "202" });
    const { id, to, text } = message;
    const authorization = `Basic ${Buffer.from("portal:s@cret").toString("base64")}`;
    expect(got).toEqual([
      { method: "POST", url: "/send?from=SMENO", type: "application/json", authorization, body: { to, text, id } },
    ]);
    expect(texter.description).toBe(`the gateway ${host}`);
  });

  test.each([
    [200, "sent"],
    [400, "never"],
    [404, "never"],
    [422, "never"],
    [401, "later"],
    [408, "later"],
    [429, "later"],
    [500, "later"],
    [503, "later"],
    [302, "later"],
  ])("that answers %i: %s; what it writes beside it is not kept", async (code, outcome) => {
    const { host } = await gateway(status(code));
    const texter = createTexter({ smsUrl: `http://${host}/`, dataDir: "" });
    expect(await texter.send(message)).toEqual({ outcome, answer: String(code) });
  });

  test("that does not answer in time, or is not there, is asked again later", async () => {
    const { host } = await gateway(() => {});
    const slow = createTexter({ smsUrl: `http://${host}/`, dataDir: "" }, 50);
    expect(await slow.send(message)).toEqual({ outcome: "later", answer: "ETIMEDOUT" });
    const none = createTexter({ smsUrl: "http://127.0.0.1:1/", dataDir: "" });
    expect((await none.send(message)).outcome).toBe("later");
  });
});

describe("without a gateway", () => {
  function folder() {
    const dataDir = mkdtempSync(join(tmpdir(), "espace-sms-"));
    onTestFinished(() => rmSync(dataDir, { recursive: true }));
    return { dataDir, texter: createTexter({ smsUrl: undefined, dataDir }) };
  }

  test("each message is a file that only its owner reads; tried again it replaces itself", async () => {
    const { dataDir, texter } = folder();
    await texter.send(message);
    expect((await texter.send(message)).outcome).toBe("sent");
    const names = readdirSync(join(dataDir, "sms"));
    expect(names).toEqual(["1795420800000.abc.json"]);
    const path = join(dataDir, "sms", names[0]!);
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(message);
    expect([statSync(path).mode & 0o777, statSync(join(dataDir, "sms")).mode & 0o777]).toEqual([0o600, 0o700]);
  });

  test("a name leads nowhere else, and a folder that cannot be written is tried again later", async () => {
    const { dataDir, texter } = folder();
    await texter.send({ ...message, id: "../../etc/passwd" });
    expect(readdirSync(join(dataDir, "sms"))).toEqual([".._.._etc_passwd.json"]);
    rmSync(join(dataDir, "sms"), { recursive: true });
    writeFileSync(join(dataDir, "sms"), "");
    expect((await texter.send(message)).outcome).toBe("later");
  });
});
