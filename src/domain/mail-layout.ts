import type { Language } from "../lib/languages.ts";
import { type T, tFor } from "../platform/i18n.ts";
import { headerText } from "../platform/mailer-message.ts";
import type { Organisation } from "../platform/organisation.ts";

export type MailBody = { subject: string; text: string; html: string };
/** Everything a reader of a mail sees, and what it may unlock. */
export type MailContent = MailBody & { headers: Record<string, string> };

export type MailInput = {
  language: Language;
  organisation: Organisation;
  /** Public address of the portal, without a final slash. */
  origin: string;
  subject: string;
  /** Plain sentences; a line end inside one is kept. */
  paragraphs: string[];
  /** The one thing to do: a button, and in the text part its address alone on a line. */
  action?: { label: string; url: string };
  /** Paragraphs after the action. */
  after?: string[];
  /** Another thing that may be done, after these. */
  second?: { label: string; url: string };
  /**
   * `service`: may be refused in the preferences, which are linked. `security`, `charter`, a change of the rules, and
   * `request`, which follows what the person asked for, and `notice`, of what befalls the service: cannot be, and the
   * mail says why.
   */
  stop: "service" | "security" | "charter" | "request" | "notice";
  /** Of a `service` mail: where it is stopped without signing in. */
  stopUrl?: string;
};

const defaultColour = "#003d7c";
const textWidth = 76;

/** Both parts of a mail, with what each mail of the portal must say: who sends it, and how to stop such mails. */
export function composeMail(input: MailInput): MailBody {
  for (const action of [input.action, input.second]) {
    if (action && !/^https?:\/\/\S+$/.test(action.url)) throw new Error("the action of a mail leads to a web address");
  }
  const subject = headerText(input.subject);
  return { subject, text: textPart(input), html: htmlPart({ ...input, subject }) };
}

const whyNotStopped = {
  security: "stopSecurity",
  charter: "stopCharter",
  request: "stopRequest",
  notice: "stopNotice",
} as const;

type Foot = { lines: string[]; stops: { text: string; url?: string; label?: string }[] };

/** What the foot of a mail says, before it is laid out. */
function foot({ language, organisation, origin, stop, stopUrl }: MailInput): Foot {
  const t = tFor(language);
  const { fullName, name, phone, serviceName, privacyEmail } = organisation;
  return {
    lines: [
      t("mail:footer.password", { email: privacyEmail }),
      t("mail:footer.sender", { fullName, name }),
      t("mail:footer.address", { address: organisation.address.join(", ") }),
      t("mail:footer.phone", { phone }),
    ],
    stops:
      stop === "service"
        ? [
            ...(stopUrl ? [{ text: t("mail:footer.stopNow"), url: stopUrl, label: t("mail:unsubscribe") }] : []),
            { text: t("mail:footer.stopService"), url: `${origin}/preferences`, label: t("mail:preferences") },
          ]
        : [{ text: t(`mail:footer.${whyNotStopped[stop]}`, { serviceName }) }],
  };
}

function textPart(input: MailInput): string {
  const { language, paragraphs, action, after = [], second } = input;
  const t = tFor(language);
  const { lines, stops } = foot(input);
  const blocks = [...paragraphs.map(wrap)];
  const link = ({ label, url }: { label: string; url: string }) =>
    `${wrap(t("mail:action.linkFor", { label }))}\n${url}`;
  if (action) blocks.push(link(action));
  blocks.push(...after.map(wrap));
  if (second) blocks.push(link(second));
  // The usual mark of a signature: mail programs know that the message ends here.
  blocks.push(`-- \n${lines.map(wrap).join("\n")}`);
  blocks.push(...stops.map(({ text, url }) => (url ? `${wrap(text)}\n${url}` : wrap(text))));
  return `${blocks.join("\n\n")}\n`;
}

/** Lines of at most 76 characters; a longer word, as an address is, stays whole, and so does `mot :`. */
function wrap(paragraph: string): string {
  return visible(paragraph)
    .split("\n")
    .map((line) => {
      const lines = [""];
      for (const word of line.trim().split(/ +(?![:;!?»])/)) {
        const last = lines.length - 1;
        if (lines[last] === "") lines[last] = word;
        else if (`${lines[last]} ${word}`.length <= textWidth) lines[last] += ` ${word}`;
        else lines.push(word);
      }
      return lines.join("\n");
    })
    .join("\n");
}

/**
 * Small, for a hundred thousand may wait at once: what a paragraph looks like anyway is not said on each of them. No
 * table, no picture, nothing fetched; text and background are left to the mail program, which knows whether it is
 * dark, so that only the button has colours of its own.
 */
function htmlPart(input: MailInput): string {
  const { language, organisation, subject, paragraphs, action, after = [], second } = input;
  const t = tFor(language);
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(subject)}</title>
</head>
<body style="margin: 0; padding: 0">
<div lang="${language}" style="max-width: 600px; margin: 0 auto; padding: 24px 16px; font: 16px/1.5 Verdana, Arial, sans-serif; overflow-wrap: break-word">
<p style="margin: 0 0 24px; font-weight: bold">${escaped(`${organisation.serviceName} ${organisation.name}`)}</p>
<h1 style="margin: 0 0 16px; font-size: 22px; line-height: 1.3">${escaped(subject)}</h1>
${[...paragraphs.map(paragraphHtml), ...(action ? actionHtml(t, organisation, action) : []), ...after.map(paragraphHtml), ...(second ? actionHtml(t, organisation, second) : [])].join("\n")}
${footHtml(input)}
</div>
</body>
</html>
`;
}

function paragraphHtml(text: string): string {
  return `<p>${withBreaks(text)}</p>`;
}

function actionHtml(
  t: T,
  { colour = defaultColour }: Organisation,
  { label, url }: { label: string; url: string },
): string[] {
  const ink = inkOn(colour);
  // The border is there for backgrounds as dark as the button.
  const button = `display: inline-block; padding: 12px 20px; border: 1px solid ${ink}; border-radius: 4px; background: ${colour}; color: ${ink}; font-weight: bold; text-decoration: none`;
  return [
    `<p style="margin: 24px 0"><a href="${escaped(url)}" style="${button}">${escaped(label)}</a></p>`,
    `<p style="margin: 0 0 24px; font-size: 14px">${escaped(t("mail:action.copyLink"))}<br>\n<a href="${escaped(url)}" style="word-break: break-all">${escaped(url)}</a></p>`,
  ];
}

function footHtml(input: MailInput): string {
  const { lines: sentences, stops } = foot(input);
  const link = ({ url, label }: Foot["stops"][number]) =>
    url && label ? ` <a href="${escaped(url)}">${escaped(label)}</a>` : "";
  return [
    `<hr style="margin: 32px 0 16px; border: 0; border-top: 1px solid">`,
    `<div style="font-size: 14px">`,
    ...sentences.map(paragraphHtml),
    ...stops.map((stop) => `<p>${withBreaks(stop.text)}${link(stop)}</p>`),
    "</div>",
  ].join("\n");
}

function withBreaks(text: string): string {
  return escaped(visible(text)).replaceAll("\n", "<br>\n");
}

/** Line ends made alike, other controls gone. */
function visible(text: string): string {
  return text.replace(/\r\n?|[\u2028\u2029]/g, "\n").replace(/[^\P{Cc}\n]+/gu, " ");
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** Plain text, as HTML. */
export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character]!);
}

/** Black or white, whichever is read better on a colour `#rrggbb` (WCAG relative luminance). */
function inkOn(colour: string): string {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 ? "#000000" : "#ffffff";
}
