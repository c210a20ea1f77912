import { chmodSync } from "node:fs";
import { access, constants, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { createTransport, type SendMailOptions } from "nodemailer";
import { makeFolder } from "./config.ts";
import type { Delivery, Mailer, OutgoingMail } from "./mailer.ts";
import { addressFault, senderFault, toMessage } from "./mailer-message.ts";

/**
 * Writes each mail to DATA_DIR/mail as an .eml file (RFC 5322) that only its owner can read. The name begins with
 * the time and is made of the message id alone: trying the same mail again replaces its file.
 */
export function folderMailer(dataDir: string, mailFrom: string): Mailer {
  const folder = join(dataDir, "mail");
  const composer = createTransport({ streamTransport: true, buffer: true, newline: "windows" });
  return {
    description: `files in ${folder}`,
    async send(mail: OutgoingMail): Promise<Delivery> {
      const fault = addressFault(mail, mailFrom);
      if (fault) return fault;
      try {
        const { message } = await composer.sendMail(readable(toMessage(mail, mailFrom)));
        const name = fileName(mail.messageId);
        makePrivateFolder(folder);
        await writeWhole(join(folder, name), message as Buffer);
        return { outcome: "sent", answer: `250 written to ${name}` };
      } catch (error) {
        return failure(error);
      }
    },
    async verify() {
      const fault = senderFault(mailFrom);
      if (fault) return fault;
      try {
        makePrivateFolder(folder);
        await access(folder, constants.W_OK);
        return { outcome: "sent", answer: `mails are written to ${folder}` };
      } catch (error) {
        return failure(error);
      }
    },
    async close() {},
  };
}

/** Text as it is, where nodemailer would break links with `=` to fit 76 columns: these files are read by people. */
function readable(message: SendMailOptions): SendMailOptions {
  const { text, html, ...rest } = message;
  const parts = [part("text/plain", String(text)), part("text/html", String(html))];
  // Longer lines than a mail may have: nodemailer's own encoding it is.
  if (parts.some((content) => content.split("\r\n").some((line) => Buffer.byteLength(line) > 998))) return message;
  return { ...rest, alternatives: parts.map((raw) => ({ raw })) };
}

function part(type: string, content: string): string {
  const lines = content.replace(/\r\n?|\n/g, "\r\n");
  return `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${lines}`;
}

function fileName(messageId: string): string {
  const [, milliseconds, rest] = /^(\d{13})\.(.+)$/.exec(messageId) ?? [];
  const time = milliseconds ? new Date(Number(milliseconds)).toISOString().replace(/[:.]/g, "-") : "";
  const id = (rest ?? messageId).replace(/[^A-Za-z0-9_-]+/g, "_").slice(0, 120);
  return `${time ? `${time}_` : ""}${id}.eml`;
}

function makePrivateFolder(folder: string): void {
  makeFolder(folder);
  chmodSync(folder, 0o700);
}

/** Under its own name there is only ever a whole file. */
async function writeWhole(path: string, content: Buffer): Promise<void> {
  const unfinished = `${path}.tmp`;
  try {
    const file = await open(unfinished, "w", 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true }).catch(() => {});
    throw error;
  }
}

function failure(error: unknown): Delivery {
  const { code = "EFAULT", message } = error as NodeJS.ErrnoException;
  return { outcome: "later", answer: `${code} ${message}`.slice(0, 500) };
}
