import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { type Document, Window } from "happy-dom";
import { type AddressObject, type ParsedMail, simpleParser } from "mailparser";
import { createTransport } from "nodemailer";
import { beforeEach, describe, expect, test } from "vitest";
import { mailKinds } from "../src/features/account/kinds.ts";
import { hideNumbers } from "../src/lib/hidden-numbers.ts";
import { type Language, languages } from "../src/lib/languages.ts";
import { tFor } from "../src/platform/i18n.ts";
import { toMessage } from "../src/platform/mailer-message.ts";
import { builtInOrganisation } from "../src/platform/organisation.ts";
import { type MailSample, mailSamples } from "./kit/mail-samples.ts";
import { startPortal } from "./kit/portal.ts";
import { productSources } from "./kit/sources.ts";

const origin = "https://espace.example";
const mailFrom = "SMENO Espace Personnel <espace@smeno.example>";
const hostile = 'Zoé\r\nBcc: evil@evil.example\r\n\r\n<b>x</b><a href="https://evil.example">y</a>\u2028 Marie';

type Walked = MailSample & { name: string; raw: string; mail: ParsedMail };

let walked: Walked[];
let attacked: Walked[];

/** Each mail as it leaves, read back as a mail program reads it. */
async function walk(firstNames?: string): Promise<Walked[]> {
  const composer = createTransport({ streamTransport: true, buffer: true, newline: "windows" });
  const all: Walked[] = [];
  for (const language of languages) {
    const portal = await startPortal({ settings: { ORIGIN: origin } });
    for (const sample of mailSamples(portal, language, firstNames)) {
      const { body, headers } = sample;
      const messageId = `1768464000000.abc${all.length}`;
      const outgoing = { messageId, to: "alice@demo.example", language: sample.language, headers, ...body };
      const { message } = await composer.sendMail(toMessage(outgoing, mailFrom));
      const raw = (message as Buffer).toString("latin1");
      const name = `${sample.kind} (${language}): ${body.subject}`;
      all.push({ ...sample, name, raw, mail: await simpleParser(message as Buffer) });
    }
  }
  return all;
}

// Once for all: a portal is there for the length of one test.
beforeEach(async () => {
  walked ??= await walk();
  attacked ??= await walk(hostile);
});

/** The names of the mails for which a rule does not hold. */
const faulty = (holds: (one: Walked) => boolean, among = walked) =>
  among.filter((one) => !holds(one)).map(({ name }) => name);
const htmlOf = ({ mail }: Walked) => String(mail.html);
const textOf = ({ mail }: Walked) => mail.text ?? "";
/** As a mail program reads it: nothing is fetched, nothing runs. */
function document(html: string): Document {
  const { document } = new Window();
  document.write(html);
  return document;
}
const plain = (text: string) => text.replace(/[\s\u00a0\u202f]+/g, " ").trim();
const organisation = builtInOrganisation;

test("6.3 every kind of mail is walked, in both languages", () => {
  // The feed does not say which language a person reads, so that an invitation is in French.
  const frenchOnly = ["invitation"];
  const missing = (language: Language) =>
    mailKinds.filter((kind) => !walked.some((one) => one.kind === kind && one.language === language));
  expect(missing("fr")).toEqual([]);
  expect(missing("en")).toEqual(frenchOnly);
  const sent = productSources().flatMap(({ text }) =>
    [...text.matchAll(/queueMail\(\s*\w+,\s*\{[^}]*?kind: "([^"]+)"/g)].map(([, kind]) => kind!),
  );
  expect(sent.filter((kind) => !walked.some((one) => one.kind === kind))).toEqual([]);
});

describe("6.3 every mail", () => {
  test("is a mail as RFC 5322 and RFC 2045 want it: its lines, and each header once", () => {
    const isWellFormed = ({ raw }: Walked) => {
      const lines = raw.split("\r\n");
      const headers = raw.slice(0, raw.indexOf("\r\n\r\n")).split(/\r\n(?![ \t])/);
      const names = headers.map((header) => header.slice(0, header.indexOf(":")).toLowerCase());
      const needed = ["from", "to", "subject", "date", "message-id", "mime-version", "content-type"];
      return (
        lines.every((line) => line.length <= 998 && !/[\r\n]/.test(line)) &&
        new Set(names).size === names.length &&
        needed.every((name) => names.includes(name)) &&
        headers.every((header) => /^[!-9;-~]+:[ \r][\t\r\n -~]*$/.test(header))
      );
    };
    expect(faulty(isWellFormed)).toEqual([]);
  });

  test("has a text part and an HTML part, and nothing attached", () => {
    const isTwofold = ({ raw, mail }: Walked) =>
      /^Content-Type: multipart\/alternative;/m.test(raw) &&
      raw.match(/^Content-Type: text\/(?:plain|html); charset=utf-8/gm)?.length === 2 &&
      mail.attachments.length === 0;
    expect(faulty(isTwofold)).toEqual([]);
  });

  test("has its own subject, its sender and its Message-ID, its language, and asks robots not to answer", () => {
    const isNamed = ({ mail, body, language }: Walked) =>
      mail.subject === body.subject &&
      body.subject.length > 5 &&
      body.subject.length <= 120 &&
      mail.from?.text.includes("espace@smeno.example") === true &&
      /^<1768464000000\.abc\d+@smeno\.example>$/.test(mail.messageId ?? "") &&
      mail.headers.get("content-language") === language &&
      mail.headers.get("auto-submitted") === "auto-generated";
    expect(faulty(isNamed)).toEqual([]);
  });

  test("says who sends it, and that nobody ever asks for a password, in both parts", () => {
    const saysIt = (one: Walked) => {
      const t = tFor(one.language);
      const { name, fullName, phone, privacyEmail } = organisation;
      const sentences = [
        t("mail:footer.password", { email: privacyEmail }),
        t("mail:footer.sender", { name, fullName }),
        t("mail:footer.phone", { phone }),
      ].map(plain);
      const html = plain(document(htmlOf(one)).body.textContent);
      return sentences.every((sentence) => plain(textOf(one)).includes(sentence) && html.includes(sentence));
    };
    expect(faulty(saysIt)).toEqual([]);
  });

  test("says how not to get such mails any more, or why that is not possible", () => {
    const saysHow = (one: Walked) => {
      const t = tFor(one.language);
      const { serviceName } = organisation;
      const text = plain(textOf(one));
      const reasons = (["stopSecurity", "stopCharter", "stopRequest", "stopNotice"] as const).map((reason) =>
        plain(t(`mail:footer.${reason}`, { serviceName })),
      );
      const isStoppable = text.includes(plain(t("mail:footer.stopService")));
      if (!isStoppable) return reasons.filter((reason) => text.includes(reason)).length === 1;
      return textOf(one).includes(`${origin}/preferences`) && htmlOf(one).includes(`href="${origin}/preferences"`);
    };
    expect(faulty(saysHow)).toEqual([]);
  });

  test("of the alerts has the two headers of one-click unsubscribing, and no other has", () => {
    const isRight = ({ kind, mail }: Walked) => {
      const list = mail.headers.get("list") as { unsubscribe?: { url?: string } } | undefined;
      const post = mail.headers.get("list-unsubscribe-post") ?? (list as Record<string, unknown>)?.["unsubscribe-post"];
      if (kind !== "alert.payment") return list === undefined && post === undefined;
      return list?.unsubscribe?.url?.startsWith(`${origin}/unsubscribe/`) === true && post !== undefined;
    };
    expect(faulty(isRight)).toEqual([]);
  });

  test("of the alerts leads to where they are stopped without signing in, and no other does", () => {
    const isRight = (one: Walked) => {
      const isThere = [
        textOf(one).includes(`\n${origin}/unsubscribe/`),
        htmlOf(one).includes(`href="${origin}/unsubscribe/`),
      ];
      return isThere.every((found) => found === (one.kind === "alert.payment"));
    };
    expect(faulty(isRight)).toEqual([]);
  });

  test("leads only to our own pages and to our own addresses, and fetches nothing", () => {
    const ours = (link: string) => link === origin || link.startsWith(`${origin}/`);
    const mailboxes = [organisation.privacyEmail, organisation.contactEmail];
    const isOurs = (one: Walked) => {
      const html = htmlOf(one);
      const links = [...document(html).querySelectorAll("[href]")].map((element) => element.getAttribute("href")!);
      const written = [...`${textOf(one)}\n${html}`.matchAll(/\b(?:https?:\/\/|www\.)[^\s<>"&)]*/gi)].map(
        ([link]) => link,
      );
      const addresses = [...textOf(one).matchAll(/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g)].map(([address]) => address);
      return (
        links.every((link) => ours(link) || mailboxes.some((address) => link === `mailto:${address}`)) &&
        written.every((link) => ours(link.replace(/[.,;:!?]+$/, ""))) &&
        addresses.every((address) => mailboxes.includes(address)) &&
        !/<(?:img|link|script|iframe|form|input|object|svg|video|base)\b|\bsrc=|url\(|@import|\bon\w+=/i.test(html)
      );
    };
    expect(faulty(isOurs)).toEqual([]);
  });

  test("has at most the links that may act, and each of them is of a known form", () => {
    const acting =
      /^\/(?:activate|guardian|password\/reset|help\/credentials\/freeze|dossier\/stop|dossier\/email|unsubscribe)\/[\w-]+$/;
    const known =
      /^\/(?:[a-z/-]*|messages\/\d+(?:\/receipt)?|charter\/versions\/\d+|charter\/contest(?:\?version=\d+|\/\d+)|vitale\/declarations\/[\w-]+)$/;
    const paths = walked.flatMap((one) =>
      [...document(htmlOf(one)).querySelectorAll("a[href]")]
        .map((link) => link.getAttribute("href")!.slice(origin.length))
        .filter((path) => !acting.test(path) && !known.test(path)),
    );
    expect(paths).toEqual([]);
  });

  test("holds no number of social security, no IBAN", () => {
    const withoutLinks = (text: string) => text.replace(/https?:\/\/\S+/g, "");
    const isClean = (one: Walked) => {
      const words = `${one.body.subject}\n${withoutLinks(textOf(one))}\n${document(htmlOf(one)).body.textContent}`;
      return hideNumbers(withoutLinks(words)) === withoutLinks(words);
    };
    expect(faulty(isClean)).toEqual([]);
  });

  test("holds no word of health: no act, no professional, no place of care", () => {
    // Names of documents and of bodies, which everybody who is insured has: they say nothing of anybody's health.
    const names =
      /carte vitale|carte européenne d[’']assurance maladie|assurance maladie|european health insurance card|health insurance/gi;
    const health = new RegExp(
      [
        "sant[ée]|m[ée]decin|docteur|infirmi|dentiste|pharmac|h[ôo]pita|clinique|kin[ée]|psych|opticien|laboratoire|sage-femme",
        "consultation|ordonnance|m[ée]dicament|vaccin|maladie|grossesse|ald\\b|soins?\\b|dentaire|lunettes|radiolog|chirurg|handicap",
        "doctor|physician|nurse|dentist|hospital|surg|prescription|medicine|medical|disease|illness|pregnan|treatment|glasses|\\bhealth",
      ].join("|"),
      "i",
    );
    const found = walked.flatMap((one) => {
      const words = `${one.body.subject}\n${textOf(one)}`.replace(/\s+/g, " ").replace(names, "");
      const word = health.exec(words);
      return word ? [`${one.name}: …${words.slice(Math.max(0, word.index - 30), word.index + 30)}…`] : [];
    });
    expect(found).toEqual([]);
  });

  test("shows no name of a message instead of the message, nor a hole in a sentence", () => {
    const odd = /\b[a-z-]+:[a-zA-Z]+\.[a-zA-Z.]+|\{\{|\}\}|\bundefined\b|\bnull\b|NaN|\[object|Invalid/;
    const found = walked.flatMap((one) => odd.exec(`${one.body.subject}\n${textOf(one)}`)?.[0] ?? []);
    expect(found).toEqual([]);
  });

  test("says in the HTML part what the text part says, in the same order", () => {
    const isSame = (one: Walked) => {
      const html = plain(document(htmlOf(one)).body.textContent);
      let from = 0;
      return textOf(one)
        .split(/\n{2,}/)
        .flatMap((block) => block.split(/\n(?=https?:)/))
        .map((block) => plain(block.replace(/^-- \n?/, "")).replace(/ ?:$/, ""))
        .filter(
          (block) => block !== "" && block !== `${origin}/preferences` && !block.startsWith(`${origin}/unsubscribe/`),
        )
        .every((block) => {
          const at = html.indexOf(block, from);
          if (at >= 0) from = at;
          return at >= 0;
        });
    };
    expect(faulty(isSame)).toEqual([]);
  });

  test("keeps its text part to 76 columns, links aside, with no markup in it", () => {
    const isNarrow = (one: Walked) =>
      textOf(one)
        .split("\n")
        .every((line) => line.length <= 76 || /^\S+$/.test(line) || /https?:\S{40}/.test(line)) &&
      !/<[a-z/]/i.test(textOf(one));
    expect(faulty(isNarrow)).toEqual([]);
  });
});

const readers = [
  {
    name: "w3m",
    path: "/usr/bin/w3m",
    args: ["-dump", "-T", "text/html", "-I", "UTF-8", "-O", "UTF-8", "-cols", "80"],
  },
  {
    name: "lynx",
    path: "/usr/bin/lynx",
    args: ["-dump", "-stdin", "-nolist", "-display_charset=utf-8", "-assume_charset=utf-8", "-width=80"],
  },
];

describe.each(readers)("6.3 in $name, every mail", ({ path, args }) => {
  test.skipIf(!existsSync(path))("reads from its subject to its foot, nothing lost and nothing twice", () => {
    const distinct = new Map(walked.map((one) => [`${one.kind} ${one.language}`, one]));
    const isRead = (one: Walked) => {
      const shown = plain(
        execFileSync(path, args, { input: htmlOf(one), encoding: "utf8" }).replace(/_{5,}|[━─]{5,}/g, ""),
      );
      const text = document(htmlOf(one)).body.textContent;
      // A text reader breaks long addresses where it likes.
      const solid = (words: string) => words.replace(/[\s\u00a0\u202f]+/g, "");
      return solid(shown) === solid(text);
    };
    expect(faulty(isRead, [...distinct.values()])).toEqual([]);
  });
});

describe("6.3 a name with line ends and markup in it", () => {
  test("adds no header, no recipient, no part and no markup to any mail", () => {
    expect(attacked).toHaveLength(walked.length);
    expect(attacked.some(({ mail }) => mail.text?.includes("Zoé"))).toBe(true);
    const isSafe = (one: Walked) => {
      const head = one.raw.slice(0, one.raw.indexOf("\r\n\r\n"));
      const to = one.mail.to as AddressObject;
      return (
        !/^(?:bcc|cc|reply-to):/im.test(head) &&
        one.mail.bcc === undefined &&
        to.value.map(({ address }) => address).join() === "alice@demo.example" &&
        one.raw.match(/^Content-Type: /gm)?.length === 3 &&
        !/<b>|<a href="https:\/\/evil/.test(htmlOf(one)) &&
        !/[\p{Cc}\u2028\u2029]/u.test(one.mail.subject ?? "")
      );
    };
    expect(faulty(isSafe, attacked)).toEqual([]);
  });
});
