import type { SendMailOptions } from "nodemailer";
import type { Delivery, OutgoingMail } from "./mailer.ts";

/** What a header may not hold: line ends and other controls, which could start a header or a body of their own. */
const controls = /[\p{Cc}\u2028\u2029]+/gu;

/** Headers that are made from the mail itself and that nobody else may set. */
const ownHeaders =
  /^(from|sender|to|cc|bcc|subject|date|message-id|mime-version|auto-submitted|content-.*|resent-.*|return-path|received|dkim-.*)$/i;

/** One line of text, fit for a header. */
export function headerText(text: string): string {
  return text.replace(controls, " ").trim();
}

/** True for one plain address: no name, no list, no comment, no quotes. */
export function isMailAddress(text: string): boolean {
  return text.length <= 254 && /^[^\s"(),:;<>@[\\\]\p{Cc}]{1,64}@[^\s"(),:;<>@[\\\]\p{Cc}]+$/u.test(text);
}

/**
 * Headers a mail may carry beside its own, cleaned.
 * @throws when a name is not a header's name, or is one of those made from the mail itself.
 */
export function extraHeaders(headers: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(name) || ownHeaders.test(name))
        throw new Error(`${name} cannot be a header of a mail`);
      return [name, headerText(value)];
    }),
  );
}

/** Name and address of `Name <address>` or `address`, as in MAIL_FROM. */
export function sender(from: string): { name: string; address: string } {
  const line = headerText(from);
  const [, name = "", bracketed] = /^"?([^"<]*?)"?\s*<([^<>]+)>$/.exec(line) ?? [];
  return { name: name.trim(), address: (bracketed ?? line).trim() };
}

/** Why a mail is not even tried. A wrong recipient is final; a wrong MAIL_FROM is for the operator to repair. */
export function addressFault({ from, to }: Pick<OutgoingMail, "from" | "to">, mailFrom: string): Delivery | undefined {
  if (!isMailAddress(to)) return { outcome: "never", answer: "EENVELOPE not an e-mail address" };
  return senderFault(from ?? mailFrom);
}

export function senderFault(from: string): Delivery | undefined {
  if (isMailAddress(sender(from).address)) return undefined;
  return { outcome: "later", answer: "ECONFIG MAIL_FROM holds no e-mail address" };
}

/** The mail in nodemailer's terms; its addresses must have passed addressFault. */
export function toMessage(mail: OutgoingMail, mailFrom: string): SendMailOptions {
  const from = sender(mail.from ?? mailFrom);
  const domain = from.address.slice(from.address.lastIndexOf("@") + 1);
  const id = headerText(mail.messageId).replace(/[<>\s]/g, "");
  return {
    messageId: `<${id.includes("@") ? id : `${id}@${domain}`}>`,
    from,
    // As an object, so that nothing in it can be read as a list of addresses.
    to: { name: "", address: mail.to },
    subject: headerText(mail.subject),
    text: mail.text,
    html: mail.html,
    headers: {
      ...extraHeaders(mail.headers),
      "Content-Language": mail.language,
      // Asks robots not to answer: no holiday notice, no ticket.
      "Auto-Submitted": "auto-generated",
    },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** Where an SMTP_URL leads, and its name without any password: `smtps://mail.example.fr:465`. */
export function serverOf(smtpUrl: string) {
  const url = new URL(smtpUrl);
  const secure = url.protocol === "smtps:";
  const port = url.port ? Number(url.port) : secure ? 465 : 587;
  return { url, secure, port, description: `${url.protocol}//${url.hostname}:${port}` };
}
