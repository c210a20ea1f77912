import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { createTexter } from "./sms.ts";

const message = { id: "1795420800000.abc", to: "+33612345678", text: "Votre code est 123456." };

type Got = {
  method: string;
  url: string;
  type: string;
  authorization: string | undefined;
  key: string | undefined;
  body: unknown;
};

/** A gateway on this machine. */
async function gateway(answer: (response: ServerResponse) => void) {
  const got: Got[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    let body = "";
    for await (const piece of request) body += piece;
    const { method = "", url = "", headers } = request;
    const { "content-type": type = "", authorization, "idempotency-key": key } = headers as Record<string, string>;
    got.push({ method, url, type, authorization, key, body: JSON.parse(body) });
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

/** Writes raw bytes in place of an answer, and ends the line. */
function cut({ socket }: ServerResponse, bytes: string): void {
  socket!.write(bytes, () => socket!.destroy());
}

describe("a gateway", () => {
  test("gets the number, the text and the id as JSON, and its credentials apart from the address", async () => {
    const { got, host } = await gateway(status(202));
    const texter = createTexter({ smsUrl: `http://portal:s%40cret@${host}/send?from=SMENO`, dataDir: "" });
    expect(await texter.send(message)).toEqual({ outcome: "sent", answer: "202" });
    const { id, to, text } = message;
    const authorization = `Basic ${Buffer.from("portal:s@cret").toString("base64")}`;
    expect(got).toEqual([
      {
        method: "POST",
        url: "/send?from=SMENO",
        type: "application/json",
        authorization,
        key: id,
        body: { to, text, id },
      },
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

  test.each<[string, (response: ServerResponse) => void, string, string]>([
    ["cuts the line at once", (response) => response.destroy(), "later", "UND_ERR_SOCKET"],
    ["cuts the line in the middle of its headers", (response) => cut(response, "HTTP/1.1 200 O"), "later", ""],
    ["answers what is not HTTP", (response) => cut(response, "220 mail.example ESMTP\r\n\r\n"), "later", "ECONNECTION"],
    ["closes without a word", (response) => void response.socket!.end(), "later", "UND_ERR_SOCKET"],
    [
      "takes it and cuts its sentence",
      (response) => cut(response, "HTTP/1.1 202 OK\r\ncontent-length: 99\r\n\r\nok"),
      "sent",
      "202",
    ],
    ["takes it with what is no JSON", (response) => void response.writeHead(200).end("\0\xff{"), "sent", "200"],
    ["takes it and never ends its sentence", (response) => void response.writeHead(200).write("ok"), "sent", "200"],
    ["takes it without a body", (response) => void response.writeHead(204).end(), "sent", "204"],
    [
      "answers with headers without end",
      (response) => cut(response, `HTTP/1.1 200 OK\r\nx: ${"x".repeat(1e6)}`),
      "later",
      "",
    ],
    [
      "fails with a page without end",
      (response) => void response.writeHead(500).write("x".repeat(1e6)),
      "later",
      "500",
    ],
  ])(
    "that %s: nothing is thrown, and the message is tried again unless it was taken",
    async (_what, answer, outcome, code) => {
      const { got, host } = await gateway(answer);
      const texter = createTexter({ smsUrl: `http://${host}/`, dataDir: "" }, 1_000);
      const delivery = await texter.send(message);
      expect(delivery.outcome).toBe(outcome);
      expect(delivery.answer).toMatch(new RegExp(`^${code}`));
      expect(delivery.answer).not.toContain("6123");
      expect(got).toHaveLength(1);
    },
  );

  // Without a time given it would take ten seconds.
  test("that hangs in the middle of its headers is given up in time", { timeout: 8_000 }, async () => {
    const { host } = await gateway((response) => void response.socket!.write("HTTP/1.1 200 OK\r\nx: "));
    const texter = createTexter({ smsUrl: `http://${host}/`, dataDir: "" }, 80);
    expect(await texter.send(message)).toEqual({ outcome: "later", answer: "ETIMEDOUT" });
  });

  test("that has moved is not followed: the message goes to nobody else", async () => {
    const elsewhere = await gateway(status(200));
    for (const code of [301, 302, 303, 307, 308]) {
      const { host } = await gateway(
        (response) => void response.writeHead(code, { location: `http://${elsewhere.host}/` }).end(),
      );
      const texter = createTexter({ smsUrl: `http://${host}/`, dataDir: "" });
      expect(await texter.send(message)).toEqual({ outcome: "later", answer: String(code) });
    }
    expect(elsewhere.got).toEqual([]);
  });

  test.each([
    [429, { "retry-after": "120" }, { outcome: "later", waitSeconds: 120 }],
    [503, { "retry-after": "0" }, { outcome: "later", waitSeconds: 0 }],
    [
      503,
      { "retry-after": "Mon, 23 Nov 2026 09:05:00 GMT", date: "Mon, 23 Nov 2026 09:00:00 GMT" },
      { outcome: "later", waitSeconds: 300 },
    ],
    [
      503,
      { "retry-after": "Mon, 23 Nov 2026 08:00:00 GMT", date: "Mon, 23 Nov 2026 09:00:00 GMT" },
      { outcome: "later" },
    ],
    [429, { "retry-after": "soon" }, { outcome: "later" }],
    [429, { "retry-after": "-5" }, { outcome: "later" }],
    [400, { "retry-after": "120" }, { outcome: "never" }],
    [200, { "retry-after": "120" }, { outcome: "sent" }],
  ])("that answers %i and %o is asked again when it says so", async (code, headers, wanted) => {
    const { host } = await gateway((response) => void response.writeHead(code, headers).end());
    const texter = createTexter({ smsUrl: `http://${host}/`, dataDir: "" });
    expect(await texter.send(message)).toEqual({ answer: String(code), ...wanted });
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
