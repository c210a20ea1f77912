import { join } from "node:path";
import type { Language } from "../lib/languages.ts";
import type { Config } from "./config.ts";
import { serverOf } from "./mailer-message.ts";
import type { SmtpTimeouts } from "./mailer-smtp.ts";

export type OutgoingMail = {
  /** The same at every try of the same mail. Without a domain, it gets that of the sender. */
  messageId: string;
  /** `Name <address>`; MAIL_FROM when absent. */
  from?: string;
  /** One address, without a name. */
  to: string;
  subject: string;
  text: string;
  html: string;
  language: Language;
  headers?: Record<string, string>;
};

/**
 * `later`: worth another try (4xx, network, our own sign-in refused); `never`: this mail is refused for good (5xx).
 * `answer` is one line: what the server said, or a code (`ETIMEDOUT`, `ECONNECTION`…) and a reason.
 */
export type Delivery = {
  outcome: "sent" | "later" | "never";
  answer: string;
  /** Of `later`: the next try comes no sooner, when whoever refused said so. */
  waitSeconds?: number;
};

/** Where mails go. `send` and `verify` always settle, within bounded time, and never throw. */
export type Mailer = {
  send(mail: OutgoingMail): Promise<Delivery>;
  /** Whether mails could be handed over now: connection, encryption and sign-in, or a folder that can be written. */
  verify(): Promise<Delivery>;
  /** Ends idle connections, and those still busy: their mails answer `later`. */
  close(): Promise<void>;
  /** For the operator: where mails go, without any password. */
  description: string;
};

/**
 * SMTP when there is an SMTP_URL, else files in DATA_DIR/mail. What sends is loaded with the first mail: it is the
 * largest module of the portal, and most of its minutes pass without a mail.
 */
export function createMailer(
  {
    smtpUrl,
    mailFrom,
    dkim,
    dataDir,
  }: Pick<Config, "smtpUrl" | "mailFrom" | "dataDir"> & Partial<Pick<Config, "dkim">>,
  timeouts?: Partial<SmtpTimeouts>,
): Mailer {
  const load = async () => {
    if (smtpUrl) return (await import("./mailer-smtp.ts")).smtpMailer({ smtpUrl, mailFrom, dkim }, timeouts);
    return (await import("./mailer-folder.ts")).folderMailer(dataDir, mailFrom);
  };
  let loaded: Promise<Mailer> | undefined;
  const mailer = () => {
    loaded ??= load();
    return loaded;
  };
  return {
    description: smtpUrl ? serverOf(smtpUrl).description : `files in ${join(dataDir, "mail")}`,
    send: async (mail) => (await mailer()).send(mail),
    verify: async () => (await mailer()).verify(),
    close: async () => (await loaded)?.close(),
  };
}
