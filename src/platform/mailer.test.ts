import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simpleParser } from "mailparser";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createMailer, type Mailer, type OutgoingMail } from "./mailer.ts";
import { extraHeaders, isMailAddress, sender } from "./mailer-message.ts";
import { cutAfterData, startRawServer, startSmtpServer } from "./mailer-test-server.ts";

const link = `https://espace.example/password/reset/${"a".repeat(43)}`;
const mail: OutgoingMail = {
  messageId: "1768464000000.abc-DEF_1",
  to: "chloe@demo.example",
  subject: "Créez votre mot de passe — « été »",
  text: `Bonjour,\n\nSuivez ce lien :\n${link}\n\n.un point seul au début\n`,
  html: `<p>Été</p>\n<p><a href="${link}">Suivre</a></p>`,
  language: "fr",
};
const mailFrom = "SMENO, l’Espace Personnel <espace@smeno.example>";
const short = { connect: 2_000, greeting: 600, silence: 600, whole: 3_000 };

let dataDir: string;
let closing: (() => Promise<void>)[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "espace-mailer-"));
  closing = [];
});
afterEach(async () => {
  for (const close of closing) await close();
  rmSync(dataDir, { recursive: true });
});

function mailerTo(smtpUrl: string | undefined, from = mailFrom): Mailer {
  const mailer = createMailer({ smtpUrl, mailFrom: from, dataDir }, short);
  closing.unshift(() => mailer.close());
  return mailer;
}

async function smtpServer(...given: Parameters<typeof startSmtpServer>) {
  const server = await startSmtpServer(...given);
  closing.push(server.stop);
  return server;
}

async function rawServer(...given: Parameters<typeof startRawServer>) {
  const server = await startRawServer(...given);
  closing.push(server.stop);
  return server;
}

describe("by SMTP", () => {
  test("a mail arrives with its subject, both parts, its sender and its Message-ID", async () => {
    const server = await smtpServer();
    const delivery = await mailerTo(server.url).send({
      ...mail,
      headers: { "List-Unsubscribe": "<https://espace.example/u>" },
    });
    expect(delivery.outcome).toBe("sent");
    expect(delivery.answer).toMatch(/^250 /);
    const [{ from, to, mail: parsed, raw }] = server.received as [(typeof server.received)[number]];
    expect([from, to]).toEqual(["espace@smeno.example", ["chloe@demo.example"]]);
    expect(parsed.subject).toBe(mail.subject);
    expect(parsed.text?.trim()).toBe(mail.text.trim());
    expect(parsed.html).toContain(`<a href="${link}">Suivre</a>`);
    expect(parsed.from?.value).toEqual([{ name: "SMENO, l’Espace Personnel", address: "espace@smeno.example" }]);
    expect(parsed.messageId).toBe("<1768464000000.abc-DEF_1@smeno.example>");
    expect(parsed.headers.get("auto-submitted")).toBe("auto-generated");
    expect(parsed.headers.get("content-language")).toBe("fr");
    expect(raw).toContain("List-Unsubscribe: <https://espace.example/u>");
    expect(parsed.headers.get("content-type")).toMatchObject({ value: "multipart/alternative" });
  });

  test("a recipient refused with 550 is refused for good, one greylisted with 451 is for later", async () => {
    const server = await smtpServer((to) =>
      to === "gone@demo.example" ? { code: 550, text: "No such user" } : { code: 451, text: "Greylisted" },
    );
    const mailer = mailerTo(server.url);
    expect(await mailer.send({ ...mail, to: "gone@demo.example" })).toEqual({
      outcome: "never",
      answer: "550 No such user",
    });
    expect(await mailer.send(mail)).toEqual({ outcome: "later", answer: "451 Greylisted" });
  });

  test("a message refused with 552 after DATA is refused for good", async () => {
    const server = await smtpServer((_, stage) => (stage === "message" ? { code: 552, text: "Too big" } : undefined));
    expect(await mailerTo(server.url).send(mail)).toEqual({ outcome: "never", answer: "552 Too big" });
  });

  test("a server that asks to sign in first, or refuses our password, is for the operator: later", async () => {
    const wanting = await smtpServer(() => ({ code: 530, text: "Authentication required" }));
    expect((await mailerTo(wanting.url).send(mail)).outcome).toBe("later");
    const refusing = await smtpServer(undefined, {
      disabledCommands: ["STARTTLS"],
      allowInsecureAuth: true,
      onAuth: (_auth, _session, done) => done(Object.assign(new Error("Wrong password"), { responseCode: 535 })),
    });
    const signingIn = mailerTo(`smtp://portal:secret@127.0.0.1:${refusing.port}`);
    expect(await signingIn.send(mail)).toMatchObject({ outcome: "later", answer: expect.stringMatching(/^535 /) });
    expect(await signingIn.verify()).toMatchObject({ outcome: "later" });
    expect(signingIn.description).not.toContain("secret");
  });

  test("a sender the server refuses, or that is no address, is for the operator: later", async () => {
    const server = await smtpServer(undefined, {
      onMailFrom: (_address, _session, done) =>
        done(Object.assign(new Error("Not your domain"), { responseCode: 553 })),
    });
    expect(await mailerTo(server.url).send(mail)).toEqual({ outcome: "later", answer: "553 Not your domain" });
    for (const url of [server.url, undefined]) {
      const mailer = mailerTo(url, "SMENO <>@");
      const fault = { outcome: "later", answer: "ECONFIG MAIL_FROM holds no e-mail address" };
      expect(await mailer.send(mail)).toEqual(fault);
      expect(await mailer.verify()).toEqual(fault);
    }
  });

  test("the user and password of the address are used", async () => {
    let seen: unknown;
    const server = await smtpServer(undefined, {
      disabledCommands: ["STARTTLS"],
      allowInsecureAuth: true,
      onAuth({ username, password }, _session, done) {
        seen = [username, password];
        done(null, { user: username });
      },
    });
    expect((await mailerTo(`smtp://por%40tal:p%2Fss@127.0.0.1:${server.port}`).send(mail)).outcome).toBe("sent");
    expect(seen).toEqual(["por@tal", "p/ss"]);
    await mailerTo(`smtp://portal:100%@127.0.0.1:${server.port}`).send(mail);
    expect(seen).toEqual(["portal", "100%"]);
  });

  test("a line cut after DATA is for later, and the message is handed over once only", async () => {
    let whole = 0;
    const server = await rawServer(cutAfterData(() => whole++));
    expect((await mailerTo(server.url).send(mail)).outcome).toBe("later");
    expect(whole).toBe(1);
  });

  // Without a time given it would take ten seconds.
  test("a server that never greets is left within the time given", { timeout: 8_000 }, async () => {
    const server = await rawServer(() => {});
    const delivery = await mailerTo(server.url).send(mail);
    expect(delivery).toMatchObject({ outcome: "later", answer: expect.stringMatching(/^ETIMEDOUT /) });
  });

  test("a server that falls silent in the conversation is left too, and so is one that answers a byte at a time", async () => {
    const silent = await rawServer((socket) => socket.write("220 test ESMTP\r\n"));
    expect((await mailerTo(silent.url).send(mail)).answer).toMatch(/^ETIMEDOUT /);
    const trickling = await rawServer((socket) => {
      socket.write("220 test ESMTP\r\n");
      const drip = setInterval(() => socket.write("250-x\r\n"), 50);
      socket.on("close", () => clearInterval(drip));
    });
    const mailer = createMailer({ smtpUrl: trickling.url, mailFrom, dataDir }, { ...short, whole: 400 });
    closing.unshift(() => mailer.close());
    expect(await mailer.send(mail)).toMatchObject({ outcome: "later", answer: expect.stringMatching(/^EABORT /) });
  });

  test("a server that is down is for later", async () => {
    const server = await startSmtpServer();
    await server.stop();
    const mailer = mailerTo(server.url);
    expect(await mailer.send(mail)).toMatchObject({
      outcome: "later",
      answer: expect.stringContaining("ECONNREFUSED"),
    });
    expect((await mailer.verify()).outcome).toBe("later");
  });

  test("verify says that a server is ready", async () => {
    const server = await smtpServer();
    expect(await mailerTo(server.url).verify()).toEqual({
      outcome: "sent",
      answer: `${server.url} is ready to take mails`,
    });
  });

  test("a certificate nobody signed is accepted on loopback, refused by smtps and by other names", async () => {
    // smtp-server brings a certificate signed by itself.
    const offering = await smtpServer(undefined, { disabledCommands: ["AUTH"] });
    expect((await mailerTo(offering.url).send(mail)).outcome).toBe("sent");
    const secure = await smtpServer(undefined, { secure: true });
    expect(await mailerTo(`smtps://localhost:${secure.port}`).send(mail)).toMatchObject({
      outcome: "later",
      answer: expect.stringMatching(/certificate/),
    });
    expect(secure.received).toEqual([]);
    // 0.0.0.0 leads back to this machine, and is not one of the names known to.
    expect(await mailerTo(`smtp://0.0.0.0:${offering.port}`).send(mail)).toMatchObject({
      outcome: "later",
      answer: expect.stringMatching(/certificate/),
    });
    expect(offering.received).toHaveLength(1);
  });

  test("another machine that offers no encryption gets no mail", async () => {
    const server = await smtpServer();
    expect(await mailerTo(`smtp://0.0.0.0:${server.port}`).send(mail)).toMatchObject({
      outcome: "later",
      answer: expect.stringMatching(/^ETLS .*STARTTLS/),
    });
    expect(server.received).toEqual([]);
  });

  test("no field of a mail can add a header, a recipient or a part", async () => {
    const server = await smtpServer();
    const evil = "x\r\nBcc: victim@demo.example\r\n\r\nbody\0";
    const mailer = mailerTo(server.url, `Name\r\nBcc: victim@demo.example <espace@smeno.example>`);
    const delivery = await mailer.send({
      ...mail,
      messageId: `id${evil}`,
      subject: `Sujet${evil}`,
      headers: { "List-Unsubscribe": `<https://x.example>${evil}` },
    });
    expect(delivery.outcome).toBe("sent");
    const [{ to, mail: parsed }] = server.received as [(typeof server.received)[number]];
    expect(to).toEqual(["chloe@demo.example"]);
    expect(parsed.headers.has("bcc")).toBe(false);
    expect(parsed.subject).toBe("Sujetx Bcc: victim@demo.example body");
    expect(parsed.text?.trim()).toBe(mail.text.trim());
    for (const to of [
      "a@x.example,b@x.example",
      "a@x.example\r\nRCPT TO:<b@x.example>",
      "<a@x.example>",
      '"a b"@x.example',
      "a@x.example\0",
    ]) {
      expect(await mailer.send({ ...mail, to })).toMatchObject({ outcome: "never" });
    }
    expect(server.received).toHaveLength(1);
  });
});

describe("to files", () => {
  const folder = () => join(dataDir, "mail");
  const files = () => readdirSync(folder());

  test("a mail becomes one private file that a mail program reads, its link whole", async () => {
    const mailer = mailerTo(undefined);
    const delivery = await mailer.send(mail);
    expect(delivery).toEqual({ outcome: "sent", answer: "250 written to 2026-01-15T08-00-00-000Z_abc-DEF_1.eml" });
    expect(files()).toEqual(["2026-01-15T08-00-00-000Z_abc-DEF_1.eml"]);
    const path = join(folder(), files()[0]!);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(folder()).mode & 0o777).toBe(0o700);
    const raw = readFileSync(path, "utf8");
    expect(raw).toContain(link);
    expect(raw.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
    const parsed = await simpleParser(raw);
    expect(parsed.subject).toBe(mail.subject);
    expect(parsed.text?.trim()).toBe(mail.text.trim());
    expect(parsed.html).toContain("<p>Été</p>");
    expect(parsed.to).toMatchObject({ text: "chloe@demo.example" });
    expect(parsed.messageId).toBe("<1768464000000.abc-DEF_1@smeno.example>");
  });

  test("the same mail again replaces its file, another one gets its own", async () => {
    const mailer = mailerTo(undefined);
    await mailer.send(mail);
    await mailer.send(mail);
    expect(files()).toHaveLength(1);
    await mailer.send({ ...mail, messageId: "1768464000001.other" });
    expect(files().sort().at(-1)).toContain("other");
    expect(files()).toHaveLength(2);
  });

  test("a line longer than mails allow is folded in the file and whole in the mail", async () => {
    const text = "mot ".repeat(400);
    await mailerTo(undefined).send({ ...mail, text });
    const raw = readFileSync(join(folder(), files()[0]!), "utf8");
    expect(Math.max(...raw.split("\r\n").map((line) => line.length))).toBeLessThanOrEqual(998);
    expect((await simpleParser(raw)).text?.trim()).toBe(text.trim());
  });

  test("a message id cannot leave the folder", async () => {
    await mailerTo(undefined).send({ ...mail, messageId: "../../evil" });
    expect(files()).toEqual(["_evil.eml"]);
  });

  test("a folder that cannot be written is for later, and verify tells", async () => {
    writeFileSync(folder(), "in the way");
    chmodSync(folder(), 0o600);
    const mailer = mailerTo(undefined);
    expect((await mailer.send(mail)).outcome).toBe("later");
    expect((await mailer.verify()).outcome).toBe("later");
  });
});

test("an address is one address", () => {
  for (const good of ["a@b.fr", "prénom.nom+tag@éxemple.fr", "o'hara@x.example", "a|b@x.example"])
    expect([good, isMailAddress(good)]).toEqual([good, true]);
  for (const bad of [
    "",
    "a",
    "a@",
    "@b",
    "a b@c",
    "a@b,c@d",
    "a@b@c",
    "a@b\n",
    "a@b\u0085",
    `${"a".repeat(65)}@b`,
    `a@${"b".repeat(260)}`,
  ]) {
    expect([bad, isMailAddress(bad)]).toEqual([bad, false]);
  }
});

test("headers made from the mail itself cannot be given", () => {
  expect(extraHeaders({ "List-Unsubscribe-Post": "List-Unsubscribe=One-Click" })).toEqual({
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
  });
  for (const name of ["Bcc", "to", "Content-Type", "X Y", "X:Y", "X\r\nBcc"])
    expect(() => extraHeaders({ [name]: "x" })).toThrow("header");
});

test("the sender is read with and without a name", () => {
  expect(sender("a@b.fr")).toEqual({ name: "", address: "a@b.fr" });
  expect(sender("<a@b.fr>")).toEqual({ name: "", address: "a@b.fr" });
  expect(sender('"SMENO, Lille" <a@b.fr>')).toEqual({ name: "SMENO, Lille", address: "a@b.fr" });
});
