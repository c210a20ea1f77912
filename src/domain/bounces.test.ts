import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Portal, startPortal } from "../../test/kit/portal.ts";
import { seconds } from "../lib/clock.ts";
import { write } from "../platform/database.ts";
import { evidence } from "../platform/schema.ts";
import { readBounceFolder } from "./bounce-folder.ts";
import { type Bounce, readBounceReport } from "./bounce-report.ts";
import { bouncedAddressOf, hasBounced } from "./bounced-addresses.ts";
import { listBounces, settleBounce, takeBounce } from "./bounces.ts";
import { queueMail } from "./outbox.ts";
import { bouncedAnswer } from "./stopped-mails.ts";

const address = "alice@demo.example";

/** A report as a mail server writes it (RFC 3464). */
function report({
  action = "failed",
  status = "5.1.1",
  recipient = address,
  messageId = "<1.abc@smeno.example>",
  encoding = "7bit",
}: Partial<Record<"action" | "status" | "recipient" | "messageId" | "encoding", string>> = {}): string {
  const fields = [
    "Reporting-MTA: dns; mx.demo.example",
    "",
    `Final-Recipient: rfc822; ${recipient}`,
    `Action: ${action}`,
    `Status: ${status}`,
    `Diagnostic-Code: smtp; 550 ${status} no such`,
    "  user here",
    "",
  ].join("\r\n");
  const body = encoding === "base64" ? Buffer.from(fields).toString("base64") : fields;
  return [
    "From: MAILER-DAEMON@mx.demo.example",
    "To: espace@smeno.example",
    'Content-Type: multipart/report; report-type=delivery-status;\r\n boundary="=_b 1"',
    "",
    "This is a MIME message.",
    "--=_b 1",
    "Content-Type: text/plain",
    "",
    "Your mail did not arrive.",
    "--=_b 1",
    "Content-Type: message/delivery-status",
    `Content-Transfer-Encoding: ${encoding}`,
    "",
    body,
    "--=_b 1",
    "Content-Type: text/rfc822-headers",
    "",
    `Message-ID:\r\n ${messageId}`,
    "Subject: Bonjour",
    "--=_b 1--",
    "",
  ].join("\r\n");
}

function mailTo(portal: Portal, { unlessBounced = false, kind = "password.changed" } = {}): string {
  const { db, seal, clock } = portal;
  const body = { subject: "Bonjour", text: "Bonjour", html: "<p>Bonjour</p>" };
  write(db, () =>
    queueMail(
      { db, seal, clock },
      { kind, memberId: "P0001", to: address, language: "fr", body, bulk: true, unlessBounced },
    ),
  );
  return db.$client.prepare<[], string>("SELECT message_id FROM mails ORDER BY mail_id DESC").pluck().get()!;
}

/** A mail that a server took, now. */
function sentTo(portal: Portal): string {
  const id = mailTo(portal);
  const settle = portal.db.$client.prepare("UPDATE mails SET state = 'sent', settled_at = ? WHERE message_id = ?");
  settle.run(seconds(portal.clock), id);
  return id;
}

const came = (messageId: string | undefined, more: Partial<Bounce> = {}): Bounce => ({
  kind: "hard",
  recipient: address,
  messageId: messageId && `<${messageId}@smeno.example>`,
  status: "5.1.1",
  reason: "550 no such user",
  ...more,
});

const facts = (portal: Portal) =>
  portal.db
    .select()
    .from(evidence)
    .all()
    .filter(({ kind }) => kind.includes("bounce"));

function accountId(portal: Portal): string {
  return portal.db.$client.prepare<[], string>("SELECT id FROM accounts WHERE member_id = 'P0001'").pluck().get()!;
}

test("a report is read: the address, the mail, the status and what was said", () => {
  const expected = {
    kind: "hard",
    recipient: address,
    messageId: "<1.abc@smeno.example>",
    status: "5.1.1",
    reason: "550 5.1.1 no such user here",
  };
  expect(readBounceReport(report())).toEqual([expected]);
  expect(readBounceReport(report({ encoding: "base64" }))).toEqual([expected]);
});

test.each([
  ["failed", "5.1.1", "hard"],
  ["failed", "5.1.10", "hard"],
  ["failed", "5.2.1", "hard"],
  ["failed", "5.0.0", "hard"],
  ["failed", "5.4.4", "hard"],
  ["failed", "5.1.8", "soft"],
  ["failed", "5.2.2", "soft"],
  ["failed", "5.3.4", "soft"],
  ["failed", "5.7.1", "soft"],
  ["failed", "4.4.7", "soft"],
  ["failed", "", "soft"],
  ["delayed", "4.4.1", "soft"],
  ["delayed", "5.1.1", "soft"],
])("%s with status %s is %s", (action, status, kind) => {
  expect(readBounceReport(report({ action, status }))).toMatchObject([{ kind }]);
});

test("what was delivered, relayed or nothing of the kind is no bounce, and rubbish breaks nothing", () => {
  for (const action of ["delivered", "relayed", "expanded", "", "no"])
    expect(readBounceReport(report({ action }))).toEqual([]);
  for (const rubbish of [
    "",
    "\n",
    "hello",
    "From: a@b\n\nI am on holiday",
    "Content-Type: multipart/report\n\n--x",
    "Content-Type: multipart/mixed; boundary=x\n\n--x\n--x\n--x--",
    `Content-Type: multipart/mixed; boundary=x\n\n${"--x\nContent-Type: multipart/mixed; boundary=x\n\n".repeat(500)}`,
    "\0".repeat(5_000),
  ])
    expect(readBounceReport(rubbish)).toBeUndefined();
});

test("a mail that came back is known by its Message-ID, kept once with its proof, whatever is sent again", async () => {
  const portal = await startPortal();
  const id = sentTo(portal);
  expect(takeBounce(portal, came(id, { recipient: "forwarded@elsewhere.example" }), "mailbox")).toBe("kept");
  expect(takeBounce(portal, came(id), "mailbox")).toBe("known");
  expect(takeBounce(portal, came(id, { kind: "soft" }), "signed")).toBe("known");
  expect(listBounces(portal)).toMatchObject([
    { memberId: "P0001", recipient: address, kind: "hard", mail: "password.changed", isStopped: true },
  ]);
  expect(facts(portal).map(({ kind, memberId, details }) => [kind, memberId, JSON.parse(details)])).toEqual([
    ["mail.bounced", "P0001", { messageId: id, mail: "password.changed", bounce: "hard", status: "5.1.1" }],
  ]);
});

test("one that was late and then failed takes its place", async () => {
  const portal = await startPortal();
  const id = sentTo(portal);
  takeBounce(portal, came(id, { kind: "soft" }), "mailbox");
  expect(hasBounced(portal, address)).toBe(false);
  expect(takeBounce(portal, came(id), "mailbox")).toBe("kept");
  expect(listBounces(portal)).toMatchObject([{ kind: "hard" }]);
});

test("one that names the address alone counts when it is signed, and from a mailbox for nothing: anybody may write it", async () => {
  const portal = await startPortal();
  // In whatever words, it is shown once.
  for (const [status, taken] of [["5.1.1", "kept"], ...["5.1.2", "5.1.3", "5.1.4"].map((one) => [one, "known"])])
    expect(takeBounce(portal, came(undefined, { status: status! }), "mailbox")).toBe(taken);
  expect(hasBounced(portal, address)).toBe(false);
  expect(listBounces(portal)).toMatchObject([{ kind: "soft", isStopped: false, mail: null }]);
  expect(takeBounce(portal, came(undefined, { recipient: "ALICE@demo.example", status: "5.1.6" }), "signed")).toBe(
    "kept",
  );
  expect(hasBounced(portal, address)).toBe(true);
  expect(takeBounce(portal, came(undefined, { recipient: "nobody@demo.example" }), "signed")).toBe("unknown");
  expect(takeBounce(portal, came(undefined, { recipient: "x\r\nBcc: y" }), "signed")).toBe("unknown");
});

test("one of the address alone, once settled or once a mail has arrived, is another one when it comes later", async () => {
  const portal = await startPortal();
  const nameless = came(undefined);
  const tell = (source: "signed" | "mailbox" = "signed") => takeBounce(portal, nameless, source);
  expect([tell(), tell()]).toEqual(["kept", "known"]);
  const { bounceId } = listBounces(portal)[0]!;
  settleBounce(portal, { bounceId, staff: "adviser@demo.example" });
  const settledAt = seconds(portal.clock);
  const at = (second: number) => takeBounce(portal, nameless, "signed", settledAt + second);
  expect([at(-1), at(0), hasBounced(portal, address)]).toEqual(["known", "known", false]);
  expect([at(1), at(1), hasBounced(portal, address)]).toEqual(["kept", "known", true]);
  portal.advance({ minutes: 1 });
  sentTo(portal);
  portal.advance({ days: 1 });
  expect(hasBounced(portal, address)).toBe(false);
  expect([tell(), tell(), hasBounced(portal, address)]).toEqual(["kept", "known", true]);
  expect(facts(portal).filter(({ kind }) => kind === "mail.bounced")).toHaveLength(3);
});

test("one of a mail that somebody has settled stays settled, whatever is told again", async () => {
  const portal = await startPortal();
  const id = sentTo(portal);
  takeBounce(portal, came(id), "signed");
  settleBounce(portal, { bounceId: listBounces(portal)[0]!.bounceId, staff: "adviser@demo.example" });
  portal.advance({ minutes: 1 });
  expect([takeBounce(portal, came(id), "signed"), listBounces(portal)]).toEqual(["known", []]);
});

test("soft ones count from the third in a row, and a mail that arrives in between breaks the row", async () => {
  const portal = await startPortal();
  for (let count = 0; count < 2; count++) takeBounce(portal, came(sentTo(portal), { kind: "soft" }), "mailbox");
  portal.advance({ minutes: 1 });
  sentTo(portal);
  portal.advance({ days: 2 });
  takeBounce(portal, came(sentTo(portal), { kind: "soft" }), "mailbox");
  expect(hasBounced(portal, address)).toBe(false);
  takeBounce(portal, came(sentTo(portal), { kind: "soft" }), "mailbox");
  expect(hasBounced(portal, address)).toBe(false);
  takeBounce(portal, came(sentTo(portal), { kind: "soft" }), "mailbox");
  expect(hasBounced(portal, address)).toBe(true);
});

test("alerts to the address stop, and are told as given up; security mail and notices are tried all the same", async () => {
  const portal = await startPortal();
  takeBounce(portal, came(sentTo(portal)), "mailbox");
  mailTo(portal, { unlessBounced: true, kind: "alert.payment" });
  mailTo(portal, { kind: "notice" });
  mailTo(portal);
  const states = portal.db.$client
    .prepare("SELECT kind, state, answer FROM mails ORDER BY mail_id DESC LIMIT 3")
    .raw()
    .all();
  expect(states).toEqual([
    ["password.changed", "queued", null],
    ["notice", "queued", null],
    ["alert.payment", "dead", bouncedAnswer],
  ]);
});

test("it counts until the address changes", async () => {
  const portal = await startPortal();
  takeBounce(portal, came(sentTo(portal)), "mailbox");
  expect(bouncedAddressOf(portal, accountId(portal))).toBe(address);
  portal.db.$client.exec("UPDATE accounts SET email = 'new@demo.example' WHERE member_id = 'P0001'");
  expect(bouncedAddressOf(portal, accountId(portal))).toBeUndefined();
});

test("it counts until a later mail was taken and has not come back for a day: −1 s, 0", async () => {
  const portal = await startPortal();
  takeBounce(portal, came(sentTo(portal)), "mailbox");
  portal.advance({ seconds: 1 });
  const second = sentTo(portal);
  portal.advance({ days: 1, seconds: -1 });
  expect(hasBounced(portal, address)).toBe(true);
  portal.advance({ seconds: 1 });
  expect(hasBounced(portal, address)).toBe(false);
  takeBounce(portal, came(second), "mailbox");
  expect(hasBounced(portal, address)).toBe(true);
});

test("somebody of the mutual settles it, once: mails go there again", async () => {
  const portal = await startPortal();
  takeBounce(portal, came(sentTo(portal)), "mailbox");
  takeBounce(portal, came(sentTo(portal), { kind: "soft" }), "mailbox");
  const { bounceId } = listBounces(portal)[0]!;
  const staff = "adviser@demo.example";
  expect(settleBounce(portal, { bounceId: 99, staff })).toEqual({ ok: false, fault: "unknown" });
  expect(settleBounce(portal, { bounceId, staff })).toEqual({ ok: true, value: { settled: 2 } });
  expect(settleBounce(portal, { bounceId, staff })).toEqual({ ok: false, fault: "settled" });
  expect([hasBounced(portal, address), listBounces(portal)]).toEqual([false, []]);
  expect(facts(portal).at(-1)).toMatchObject({ kind: "bounce.settled", memberId: "P0001", actor: "staff" });
});

test("a report made to flood is read for its first twenty addresses, and a long folder some mails at a time", async () => {
  const portal = await startPortal();
  const deps = { ...portal, dataDir: portal.dataDir };
  const folder = join(portal.dataDir, "inbox", "bounces");
  mkdirSync(folder, { recursive: true });
  const group = (index: number) =>
    `\nFinal-Recipient: rfc822; m${index}@demo.example\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; ${index}\n`;
  const flood = `Content-Type: multipart/report; boundary=x\n\n--x\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n${Array.from({ length: 50_000 }, (_, index) => group(index)).join("")}\n--x--\n`;
  for (const name of ["1.eml", "2.eml", "3.eml"]) writeFileSync(join(folder, name), flood);
  expect(await readBounceFolder(deps, 2)).toEqual({ kept: 0, known: 0, unknown: 40, unread: 0 });
  expect(readdirSync(folder)).toEqual(["3.eml"]);
});

test("the folder of mails that came back is read and emptied; what is no report is put aside", async () => {
  const portal = await startPortal();
  const deps = { ...portal, dataDir: portal.dataDir };
  expect(await readBounceFolder(deps)).toEqual({ kept: 0, known: 0, unknown: 0, unread: 0 });
  const folder = join(portal.dataDir, "inbox", "bounces");
  mkdirSync(folder, { recursive: true });
  const messageId = `<${sentTo(portal)}@smeno.example>`;
  writeFileSync(join(folder, "1.eml"), report({ messageId }));
  writeFileSync(join(folder, "2.eml"), report({ messageId }));
  writeFileSync(join(folder, "3.eml"), report({ recipient: "nobody@demo.example" }));
  writeFileSync(join(folder, "4.eml"), "From: a@b\n\nI am on holiday");
  writeFileSync(join(folder, "half.eml.tmp"), report());
  expect(await readBounceFolder(deps)).toEqual({ kept: 1, known: 1, unknown: 1, unread: 1 });
  expect(readdirSync(folder).sort()).toEqual(["half.eml.tmp", "unread"]);
  expect(existsSync(join(folder, "unread", "4.eml"))).toBe(true);
});
