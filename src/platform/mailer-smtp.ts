import { createTransport, type NodemailerError } from "nodemailer";
import type { Dkim } from "./config.ts";
import type { Delivery, Mailer, OutgoingMail } from "./mailer.ts";
import { addressFault, headerText, senderFault, serverOf, toMessage } from "./mailer-message.ts";
import { createTurns } from "./mailer-turns.ts";

/** Milliseconds. */
export type SmtpTimeouts = {
  connect: number;
  greeting: number;
  /** Silence in the middle of a conversation. */
  silence: number;
  /** One mail from beginning to end, against a server that answers a byte at a time. */
  whole: number;
  /** A server that takes a mail within it gets no mail twice but one for each kill; a slower one is not waited for. */
  turn: number;
};

const defaultTimeouts: SmtpTimeouts = { connect: 10_000, greeting: 10_000, silence: 20_000, whole: 120_000, turn: 50 };

/**
 * Sends by SMTP over a few connections kept open. Towards another machine the conversation is encrypted with a
 * checked certificate, or does not take place; on the machine itself STARTTLS is used when offered.
 */
export function smtpMailer(
  { smtpUrl, mailFrom, dkim }: { smtpUrl: string; mailFrom: string; dkim?: Dkim | undefined },
  given: Partial<SmtpTimeouts> = {},
): Mailer {
  const timeouts = { ...defaultTimeouts, ...given };
  const { url, secure, port, description } = serverOf(smtpUrl);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const user = decoded(url.username);
  // Nothing leaves the machine, and its mail relay commonly has a certificate made by itself.
  const local = !secure && isLoopback(host);
  const transport = createTransport({
    pool: true,
    host,
    port,
    secure,
    ...(user ? { auth: { user, pass: decoded(url.password) } } : {}),
    ...(local ? { opportunisticTLS: true } : { requireTLS: true }),
    tls: { minVersion: "TLSv1.2", rejectUnauthorized: !local },
    maxConnections: 4,
    maxRequeues: 1,
    idleTimeout: 30_000,
    connectionTimeout: timeouts.connect,
    dnsTimeout: timeouts.connect,
    greetingTimeout: timeouts.greeting,
    socketTimeout: timeouts.silence,
    socketCloseTimeout: 1_000,
    ...(dkim ? { dkim: signing(dkim) } : {}),
  });
  const turns = createTurns(timeouts.turn);
  transport.use("stream", ({ data, message }, done) => {
    message.transform(() => turns.gate(data.messageId!));
    done();
  });
  return {
    description,
    async send(mail: OutgoingMail): Promise<Delivery> {
      const fault = addressFault(mail, mailFrom);
      if (fault) return fault;
      const message = toMessage(mail, mailFrom);
      try {
        const sent = await transport.sendMail({
          ...message,
          signal: AbortSignal.timeout(timeouts.whole),
        });
        return { outcome: "sent", answer: answerLine(sent.response) };
      } catch (error) {
        return refusal(error as NodemailerError);
      } finally {
        void turns.end(message.messageId!);
      }
    },
    async verify() {
      const fault = senderFault(mailFrom);
      if (fault) return fault;
      try {
        await within(timeouts.whole, transport.verify());
        return { outcome: "sent", answer: `${description} is ready to take mails` };
      } catch (error) {
        return refusal(error as NodemailerError);
      }
    },
    async close() {
      transport.close({ force: true });
    },
  };
}

/**
 * What of a mail is signed. One-click unsubscribing counts only when both of its headers are (RFC 8058, 4), and
 * nodemailer's own list does not know the second.
 */
const signedHeaders = [
  ...["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"],
  ...["Content-Language", "Auto-Submitted", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post"],
];

function signing({ domain, selector, privateKey }: Dkim) {
  const headerFieldNames = signedHeaders.join(":");
  return { domainName: domain, keySelector: selector, privateKey, headerFieldNames };
}

/** A 5xx about this very mail is final; one about the connection, our sign-in or our sender is for the operator. */
function refusal(error: NodemailerError): Delivery {
  const { code, command, responseCode } = error;
  const aboutTheMail = (code === "EENVELOPE" || code === "EMESSAGE") && command !== "MAIL FROM";
  // 530: sign-in or encryption wanted first. 503: the conversation went astray.
  const final = responseCode === undefined || (responseCode >= 500 && ![503, 530].includes(responseCode));
  // A server's bare "500 command not recognized" would not tell that it was asked for STARTTLS.
  const said = code === "ETLS" ? undefined : error.response;
  const answer = answerLine(said ?? `${code ?? "EFAULT"} ${error.message}`);
  return { outcome: aboutTheMail && final ? "never" : "later", answer };
}

function answerLine(text: string | undefined): string {
  return headerText(text ?? "").slice(0, 500);
}

/** A password with a bare `%` is taken as it stands. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(Object.assign(new Error("no answer in time"), { code: "ETIMEDOUT" })),
      milliseconds,
    );
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
