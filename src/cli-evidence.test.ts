import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Window } from "happy-dom";
import { HtmlValidate } from "html-validate";
import { expect, test } from "vitest";
import { textOfPdf } from "../test/kit/pdf-text.ts";
import { type Portal, startPortal } from "../test/kit/portal.ts";
import { evidenceCommand } from "./cli-evidence.ts";
import type { Verification } from "./domain/evidence.ts";
import type { EvidenceRecord } from "./domain/evidence-record.ts";
import { queueMail } from "./domain/outbox.ts";
import { openBase } from "./platform/base.ts";
import { write } from "./platform/database.ts";
import { urls } from "./web/urls.ts";

async function run(portal: Portal, ...args: string[]) {
  const [printed, complained]: [string[], string[]] = [[], []];
  const deps = {
    ...portal,
    print: (line: string) => printed.push(line),
    complain: (line: string) => complained.push(line),
  };
  const code = await evidenceCommand(deps as unknown as Parameters<typeof evidenceCommand>[0], args);
  return { code, printed: printed.join("\n"), complained: complained.join("\n") };
}

const verified = async (portal: Portal) =>
  JSON.parse((await run(portal, "verify", "--json")).printed) as Verification & { ok: boolean };

test("10.2 verify says in one line how many rows there are and where the journal ends", async () => {
  const portal = await startPortal();
  const { rows, head, ok } = await verified(portal);
  expect([ok, head!.sequence]).toEqual([true, rows]);
  const { code, printed, complained } = await run(portal, "verify");
  expect([code, complained]).toEqual([0, ""]);
  expect(printed).toBe(
    `The journal holds: ${rows} rows, each following the one before, and its end is ${rows}:${head!.hash.slice(0, 16)}.`,
  );
});

test("10.2 verify ends with 1 and the row at fault, in words and as JSON", async () => {
  const portal = await startPortal();
  portal.db.$client.exec(
    "DROP TRIGGER evidence_keeps_its_rows; UPDATE evidence SET actor = 'staff' WHERE sequence = 3",
  );
  expect(await run(portal, "verify")).toEqual({
    code: 1,
    printed: "",
    complained: "The journal is broken at row 3: it, or its place, was altered.",
  });
  const json = await run(portal, "verify", "--json");
  expect([json.code, JSON.parse(json.printed)]).toMatchObject([
    1,
    { ok: false, brokenAt: 3, fault: "altered", rows: 2 },
  ]);
});

test("an end that was noted is still there, or verify says so", async () => {
  const portal = await startPortal();
  const { head } = await verified(portal);
  const noted = `${head!.sequence}:${head!.hash.slice(0, 16)}`;
  await portal.browser().signIn("alice");
  expect((await run(portal, "verify", "--noted", noted)).code).toBe(0);
  expect((await run(portal, "verify", "--noted", noted.toUpperCase())).code).toBe(0);
  const other = await run(portal, "verify", "--noted", `${head!.sequence}:0123456789abcdef`);
  expect([other.code, other.complained]).toEqual([
    1,
    `The journal is broken at row ${head!.sequence}: it is not the one that was noted.`,
  ]);
  const later = await run(portal, "verify", "--noted", "9999:0123456789abcdef");
  expect([later.code, later.complained]).toMatchObject([1, expect.stringContaining("cut off the end")]);
});

test("10.2 export writes JSON and PDF that only the owner reads, under a name that tells nobody", async () => {
  const portal = await startPortal();
  const { code, printed, complained } = await run(portal, "export", "10000001");
  expect([code, complained]).toEqual([0, ""]);
  const [name] = readdirSync(join(portal.dataDir, "exports"));
  const folder = join(portal.dataDir, "exports", name!);
  expect(name).toMatch(/^2026-11-23T08-00-00Z_[\w-]{20}$/);
  expect(printed).toContain(folder);
  expect(printed).toContain("record.json, record.pdf, record.html");
  expect(readdirSync(folder).sort()).toEqual(["record.html", "record.json", "record.pdf"]);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  for (const file of readdirSync(folder)) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
  const record = JSON.parse(readFileSync(join(folder, "record.json"), "utf8")) as EvidenceRecord;
  expect(record.person.memberNumber).toBe("10000001");
  const words = textOfPdf(readFileSync(join(folder, "record.pdf"))).replaceAll("\n", "");
  expect(words).toContain(record.verification.head!.hash);
  expect(words).toContain("Extrait du journal de preuve");
});

test.each(["fr", "en"] as const)(
  "10.2 beside the PDF a page of HTML says the same, in %s, accessibly",
  async (language) => {
    const portal = await startPortal();
    const hostile = { subject: "<b>Objet</b>", text: '<script>alert(1)</script>\n"é" \u202e', html: "" };
    const other = language === "fr" ? "en" : "fr";
    write(portal.db, () =>
      queueMail(portal, { kind: "test", memberId: "P0001", to: "nobody", language: other, body: hostile }),
    );
    const folder = join(portal.dataDir, "record");
    expect((await run(portal, "export", "10000001", "--folder", folder, "--language", language)).code).toBe(0);
    const html = readFileSync(join(folder, "record.html"), "utf8");
    const { DOMParser } = new Window();
    const document = new DOMParser().parseFromString(html, "text/html") as unknown as Document;
    const report = await new HtmlValidate({
      extends: ["html-validate:recommended", "html-validate:a11y"],
    }).validateString(html);
    expect(report.results.flatMap(({ messages }) => messages.map(({ message }) => message))).toEqual([]);
    const record = JSON.parse(readFileSync(join(folder, "record.json"), "utf8")) as EvidenceRecord;
    expect(document.documentElement.lang).toBe(language);
    expect(document.title).toBe(document.querySelector("h1")?.textContent);
    expect(document.querySelectorAll("h1")).toHaveLength(1);
    const levels = [...document.querySelectorAll("h1, h2, h3")].map(({ tagName }) => Number(tagName[1]));
    for (const [at, level] of levels.slice(1).entries()) expect(level - levels[at]!).toBeLessThanOrEqual(1);
    for (const table of document.querySelectorAll("table")) {
      const title = document.getElementById(table.getAttribute("aria-labelledby")!);
      expect(title?.textContent).toBeTruthy();
      expect(table.querySelectorAll('thead th[scope="col"]').length).toBe(table.rows[1]!.cells.length);
    }
    const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const words = document.body.textContent;
    for (const part of [
      record.verification.head!.hash,
      ...record.facts.flatMap(({ hash, previousHash }) => [hash, previousHash]),
      ...record.mails.flatMap(({ sha256, recipient, messageId, content }) => [
        sha256,
        recipient,
        messageId,
        content.subject,
      ]),
      "<script>alert(1)</script>",
    ])
      expect(words).toContain(part);
    expect(document.querySelector("script, b")).toBeNull();
    expect(html).not.toContain("\u202e");
    expect([...document.querySelectorAll("h3")].at(-1)?.lang).toBe(other);
  },
);

test("10.2 verify tells of a mail and a charter that are not as the journal tells, and ends with 1", async () => {
  const portal = await startPortal();
  write(portal.db, () =>
    queueMail(portal, {
      kind: "test",
      memberId: "P0001",
      to: "nobody",
      language: "fr",
      body: { subject: "s", text: "t", html: "h" },
    }),
  );
  expect((await run(portal, "verify")).code).toBe(0);
  portal.db.$client.exec(`UPDATE mails SET recipient = 'a@b.example' WHERE kind = 'test';
    DROP TRIGGER charter_versions_never_change; UPDATE charter_versions SET text = 'x'`);
  const { code, printed, complained } = await run(portal, "verify");
  expect([code, printed]).toEqual([1, ""]);
  expect(complained).toMatch(
    /^Version 4 of the charter is not the one the journal tells of\.\nThe mail \S+ is not as row \d+ tells: recipient\.$/,
  );
  expect(await verified(portal)).toMatchObject({ ok: false, charters: [4], mails: [{ fault: "altered" }] });
});

test("10.2 an emptied journal is no empty one, for a base in use", async () => {
  const portal = await startPortal();
  portal.db.$client.exec(
    "DROP TRIGGER evidence_is_never_removed; DELETE FROM evidence; DELETE FROM evidence_head; DELETE FROM mails",
  );
  expect(await run(portal, "verify")).toMatchObject({ code: 1, printed: "" });
  portal.db.$client.close();
  // Opened again, as by the next command.
  const base = openBase(portal.config);
  expect(await run({ ...portal, ...base } as Portal, "verify")).toMatchObject({ code: 1, printed: "" });
  base.db.$client.close();
});

test("exporting a record is a reading: it is the last row of it, and its owner sees it", async () => {
  const portal = await startPortal();
  const folder = join(portal.dataDir, "record");
  expect((await run(portal, "export", "1000 0001", "--folder", folder, "--language", "en")).code).toBe(0);
  const { facts, verification } = JSON.parse(readFileSync(join(folder, "record.json"), "utf8")) as EvidenceRecord;
  expect(facts.at(-1)).toMatchObject({
    row: verification.rows,
    kind: "evidence.exported",
    actor: "staff",
    details: { staff: "operator", what: "journal" },
  });
  const alice = portal.browser();
  await alice.signIn("alice");
  const { document } = await alice.get(urls.accountActivity);
  expect(document.querySelector("tbody")?.textContent).toContain("Nos équipes ont extrait le journal de votre compte");
  expect(document.querySelector("tbody")?.textContent).not.toContain("operator");
  expect((await run(portal, "verify")).code).toBe(0);
});

test("an unknown number is one clear line, and writes nothing", async () => {
  const portal = await startPortal();
  const before = await verified(portal);
  expect(await run(portal, "export", "99999999")).toEqual({
    code: 1,
    printed: "",
    complained: "No member or affiliate has this number.",
  });
  expect(existsSync(join(portal.dataDir, "exports"))).toBe(false);
  expect(await verified(portal)).toEqual(before);
});

test("a folder that holds a record, or cannot be made, is refused before anything is read", async () => {
  const portal = await startPortal();
  const folder = join(portal.dataDir, "record");
  await run(portal, "export", "10000001", "--folder", folder);
  const before = await verified(portal);
  const again = await run(portal, "export", "10000001", "--folder", folder);
  expect([again.code, again.complained]).toEqual([1, `${folder} holds a record already. Choose another folder.`]);
  const file = join(folder, "record.json", "below");
  const impossible = await run(portal, "export", "10000001", "--folder", file);
  expect([impossible.code, impossible.complained]).toMatchObject([1, expect.stringContaining("cannot be made")]);
  expect(await verified(portal)).toEqual(before);
});

test("a record of a broken journal is written, and says so", async () => {
  const portal = await startPortal();
  portal.db.$client.exec("DROP TRIGGER evidence_is_never_removed; DELETE FROM evidence WHERE sequence = 2");
  const { code, printed, complained } = await run(portal, "export", "10000001", "--json");
  expect([code, JSON.parse(printed)]).toMatchObject([0, { ok: false }]);
  expect(complained).toBe("The record says so too: The journal is broken at row 3: a row before it is missing.");
});

test.each([
  [],
  ["verify", "more"],
  ["verify", "--noted", "12"],
  ["verify", "--noted", "0:0123456789abcdef"],
  ["verify", "--folder", "x"],
  ["export"],
  ["export", "1", "2"],
  ["export", "10000001", "--language", "de"],
  ["export", "10000001", "--noted", "1:0123456789abcdef"],
  ["purge"],
  ["verify", "--unknown"],
])("wrong usage is told with how to do it: %s %s %s", async (...args) => {
  const portal = await startPortal();
  const { code, printed, complained } = await run(portal, ...args);
  expect([code, printed]).toEqual([2, ""]);
  expect(complained).toContain("espace evidence export MEMBER_NUMBER");
});
