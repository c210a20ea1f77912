import { createHash, createVerify, generateKeyPairSync } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import type { Dkim } from "./config.ts";
import { createMailer, type OutgoingMail } from "./mailer.ts";
import { startSmtpServer } from "./mailer-test-server.ts";

const { privateKey, publicKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const dkim: Dkim = { domain: "smeno.example", selector: "espace2026", privateKey };
const mail: OutgoingMail = {
  messageId: "1768464000000.abc-DEF_1",
  to: "chloe@demo.example",
  subject: "Vos nouveaux remboursements — « été », une ligne assez longue pour être pliée en deux par qui l’écrit",
  text: "Bonjour,\n\nUn point seul :\n.\nDes espaces  à la fin   \n\n\n",
  html: "<p>Été</p>\n",
  language: "fr",
  headers: {
    "List-Unsubscribe": `<https://espace.example/unsubscribe/${"a".repeat(60)}>, <mailto:stop@smeno.example?subject=stop>`,
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
  },
};

/** What arrives at a server, by SMTP. */
async function sent(signing: Dkim | undefined): Promise<string> {
  const server = await startSmtpServer();
  onTestFinished(server.stop);
  const mailer = createMailer({
    smtpUrl: server.url,
    mailFrom: "SMENO <espace@smeno.example>",
    dataDir: ".",
    dkim: signing,
  });
  onTestFinished(mailer.close);
  expect(await mailer.send(mail)).toMatchObject({ outcome: "sent" });
  return server.received[0]!.raw;
}

type Signature = Record<string, string>;

/** The first signature of a message, tag by tag, with the header that holds it. */
function signatureOf(headers: string[]): { tags: Signature; header: string } {
  const header = headers.find((line) => /^dkim-signature:/i.test(line))!;
  const tags = header
    .replace(/^[^:]+:/, "")
    .split(";")
    .map((tag) => tag.trim().split(/=(.*)/s) as [string, string])
    .filter(([name]) => name !== "")
    .map(([name, value]) => [name, value.replace(/\s+/g, "")]);
  return { tags: Object.fromEntries(tags), header };
}

/** RFC 6376, 3.4.2. */
const relaxed = (header: string) =>
  header
    .replace(/\r\n(?=[ \t])/g, "")
    .replace(/^([^:]+?)[ \t]*:[ \t]*/, (_, name: string) => `${name.toLowerCase()}:`)
    .replace(/[ \t]+/g, " ")
    .trimEnd();

/** RFC 6376, 3.4.4. */
const relaxedBody = (body: string) =>
  body
    .replace(/[ \t]+\r\n/g, "\r\n")
    .replace(/[ \t]+/g, " ")
    .replace(/(?:\r\n)*$/, "\r\n");

/** Verifies as a receiver does, with nothing but the message and the public key. */
function isSigned(raw: string): boolean {
  const end = raw.indexOf("\r\n\r\n");
  const headers = raw.slice(0, end).split(/\r\n(?![ \t])/);
  const { tags, header } = signatureOf(headers);
  const bodyHash = createHash("sha256")
    .update(relaxedBody(raw.slice(end + 4)))
    .digest("base64");
  const signed = tags.h!.split(":").map((name) => headers.find((line) => line.toLowerCase().startsWith(`${name}:`))!);
  const verifier = createVerify("RSA-SHA256");
  const own = relaxed(header).replace(/b=[^;=]*=*$/, "b=");
  verifier.update([...signed.map(relaxed), own].join("\r\n"));
  return bodyHash === tags.bh && verifier.verify(publicKey, tags.b!, "base64");
}

test("6.3 a mail is signed for the domain, the two headers of one-click unsubscribing included, and verifies", async () => {
  const raw = await sent(dkim);
  const { tags } = signatureOf(raw.slice(0, raw.indexOf("\r\n\r\n")).split(/\r\n(?![ \t])/));
  expect(tags).toMatchObject({ v: "1", a: "rsa-sha256", c: "relaxed/relaxed", d: "smeno.example", s: "espace2026" });
  expect(tags.h!.split(":")).toEqual(
    expect.arrayContaining([
      "from",
      "to",
      "subject",
      "date",
      "message-id",
      "list-unsubscribe",
      "list-unsubscribe-post",
    ]),
  );
  expect(isSigned(raw)).toBe(true);
});

test("a mail that was touched on its way verifies no more", async () => {
  const raw = await sent(dkim);
  const touched: [string | RegExp, string][] = [
    ["Bonjour", "Bonsoir"],
    ["chloe@demo.example", "emma@demo.example"],
    [/^Subject: /m, "Subject: Re "],
    ["List-Unsubscribe=One-Click", "List-Unsubscribe=Two-Clicks"],
    [`unsubscribe/${"a".repeat(20)}`, `unsubscribe/${"b".repeat(20)}`],
  ];
  for (const [from, to] of touched) {
    const other = raw.replace(from, to);
    expect([from, other !== raw, isSigned(other)]).toEqual([from, true, false]);
  }
});

test("without a key nothing is signed", async () => {
  expect(await sent(undefined)).not.toMatch(/dkim-signature/i);
});
