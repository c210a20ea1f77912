/** What a report says of one mail: `hard` = the address is not one, `soft` = it may work later. */
export type Bounce = {
  kind: "hard" | "soft";
  recipient: string;
  /** As it was in the mail, with its domain; undefined when the report does not hold it. */
  messageId: string | undefined;
  /** The enhanced status (RFC 3463), such as 5.1.1, and what the server said. */
  status: string;
  reason: string;
};

type Part = { headers: Map<string, string>; body: string };

const mostParts = 50;
/** Our mails have one recipient: a report that names more than these was written to flood. */
const mostRecipients = 20;

/**
 * Reads a report of non-delivery (RFC 3464) as it comes into a mailbox: what it says of each address that a mail did
 * not reach. @returns undefined for a mail that is no such report.
 */
export function readBounceReport(raw: string): Bounce[] | undefined {
  const parts = partsOf(partOf(raw), mostParts);
  const reports = parts.filter(({ headers }) => typeOf(headers) === "message/delivery-status");
  if (reports.length === 0) return undefined;
  const original = parts.find(({ headers }) => /^(?:message\/rfc822|text\/rfc822-headers)$/.test(typeOf(headers)));
  const messageId = original && headersOf(original.body).get("message-id")?.trim();
  const groups = reports.flatMap(({ body }) => {
    // The first group is of the whole mail, each further one of an address.
    const [, ...ofAddresses] = body.split(/\n[ \t]*\n/, mostRecipients + 1);
    return ofAddresses;
  });
  return groups.slice(0, mostRecipients).flatMap((group) => bounceOf(headersOf(group), messageId) ?? []);
}

function bounceOf(group: Map<string, string>, messageId: string | undefined): Bounce | undefined {
  const recipient = afterType(group.get("original-recipient") ?? group.get("final-recipient"));
  const status = /^[245]\.\d{1,3}\.\d{1,3}/.exec(group.get("status") ?? "")?.[0] ?? "";
  const action = group.get("action")?.trim().toLowerCase() ?? "";
  if (!recipient || !/^(?:failed|delayed)$/.test(action)) return undefined;
  const isHard = action === "failed" && isAboutTheAddress(status);
  const reason = afterType(group.get("diagnostic-code"));
  return { kind: isHard ? "hard" : "soft", recipient, messageId, status, reason };
}

/**
 * RFC 3463: 5.1.x is the address, 5.2.1 a mailbox that is closed, 5.0.0 what is not said further. A full mailbox, a mail
 * too long, or one that a filter refused says nothing of the address.
 */
export function isAboutTheAddress(status: string): boolean {
  return /^5\.(?:1\.(?!7|8)\d+|2\.1|0\.0|4\.4)$/.test(status);
}

/** `rfc822; alice@demo.example` → the address; `smtp; 550 …` → what was said. */
function afterType(field: string | undefined): string {
  return (field ?? "").replace(/^[\w-]+\s*;/, "").trim();
}

function partsOf(part: Part, most: number): Part[] {
  const type = typeOf(part.headers);
  if (!type.startsWith("multipart/")) return [{ ...part, body: decoded(part) }];
  const boundary = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(part.headers.get("content-type") ?? "");
  const mark = boundary?.[1] ?? boundary?.[2];
  if (!mark || most <= 0) return [];
  const [, ...inner] = `\n${part.body}`.split(`\n--${mark}`);
  return inner
    .filter((text) => !text.startsWith("--"))
    .slice(0, most)
    .flatMap((text) => partsOf(partOf(text.replace(/^[^\n]*\n/, "")), most - inner.length));
}

function partOf(raw: string): Part {
  const text = raw.replace(/\r\n?/g, "\n");
  // Without a header, a part begins with an empty line.
  const end = text.startsWith("\n") ? 0 : text.indexOf("\n\n");
  return end < 0
    ? { headers: headersOf(text), body: "" }
    : { headers: headersOf(text.slice(0, end)), body: text.slice(end).replace(/^\n{1,2}/, "") };
}

/** By lower-case name; of two of the same name the first. */
function headersOf(text: string): Map<string, string> {
  const headers = new Map<string, string>();
  const whole = text.replace(/^\n+/, "").split("\n\n", 1)[0]!;
  for (const line of whole.replace(/\n[ \t]+/g, " ").split("\n")) {
    const [, name, value] = /^([\w-]+):[ \t]*(.*)$/.exec(line) ?? [];
    if (name && !headers.has(name.toLowerCase())) headers.set(name.toLowerCase(), value!);
  }
  return headers;
}

function typeOf(headers: Map<string, string>): string {
  return /^[^\s;]+/.exec(headers.get("content-type")?.trim().toLowerCase() ?? "text/plain")?.[0] ?? "";
}

function decoded({ headers, body }: Part): string {
  const encoding = headers.get("content-transfer-encoding")?.trim().toLowerCase();
  const text =
    encoding === "base64"
      ? Buffer.from(body, "base64").toString("utf8")
      : encoding === "quoted-printable"
        ? body
            .replace(/=[ \t]*\n/g, "")
            .replace(/=([\dA-F]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
        : body;
  return text.replace(/\r\n?/g, "\n");
}
