import { existsSync } from "node:fs";
import { dirname, join, normalize } from "node:path/posix";
import { describe, expect, test } from "vitest";
import { productRoot } from "../src/platform/config.ts";
import { type Node, parse, pieces, place, productSources, type Source } from "./kit/sources.ts";

const sources = productSources();

type Import = { from: string; node: Node; isType: boolean };

/** What a file imports or re-exports, with `import()` and types. */
function importsOf({ nodes }: Source): Import[] {
  return nodes.flatMap((node) => {
    const from = (node.source as Node | null | undefined)?.value;
    const names = (node.specifiers ?? []) as { importKind?: string }[];
    const isType =
      node.type === "TSImportType" ||
      node.importKind === "type" ||
      (names.length > 0 && names.every(({ importKind }) => importKind === "type"));
    return typeof from === "string" ? [{ from, node, isType }] : [];
  });
}

/** The path from `src` of a file of ours that is imported, or undefined for a package. */
function ours(source: Source, from: string): string | undefined {
  return from.startsWith(".") ? normalize(join(dirname(source.file), from)) : undefined;
}

/** All faults of all files, one line each. */
function faults(find: (source: Source) => (Node | undefined | false)[], among = sources): string[] {
  return among.flatMap((source) =>
    find(source)
      .filter((node): node is Node => Boolean(node))
      .map((node) => place(source, node)),
  );
}

const floors = [["lib"], ["platform"], ["domain"], ["web"], ["features", "staff", "feeds"]];
const roof = floors.length;

function floorOf(file: string): number {
  const floor = floors.findIndex((rooms) => rooms.some((room) => file.startsWith(`${room}/`)));
  return floor < 0 ? roof : floor;
}

/** The room of the fourth floor a file is in: `features/login`, `staff`, `feeds`. */
const roomOf = (file: string) => /^(?:features\/[^/]+|staff|feeds)(?=\/)/.exec(file)?.[0];

describe("floors", () => {
  const upwards = (source: Source) =>
    importsOf(source).map(({ from, node }) => {
      const target = ours(source, from);
      // What lies outside src, such as the locales, is on no floor.
      const isInside = target !== undefined && !target.startsWith("../");
      return isInside && floorOf(target) > floorOf(source.file) && node;
    });

  const across = (source: Source) =>
    importsOf(source).map(({ from, node }) => {
      const [here, there] = [roomOf(source.file), roomOf(ours(source, from) ?? "")];
      return here !== undefined && here !== "staff" && there !== undefined && there !== here && node;
    });

  test("a file imports only from its own floor and from those below", () => {
    expect(faults(upwards)).toEqual([]);
  });

  test("a feature imports no other feature, nor the back office, nor the feeds; nor do the feeds", () => {
    expect(faults(across)).toEqual([]);
  });

  test.each([
    ["lib/probe.ts", 'import { tFor } from "../platform/i18n.ts";'],
    ["domain/probe.ts", 'import type { Ctx } from "../web/env.ts";'],
    ["web/ui/probe.tsx", 'export { Login } from "../../features/login/pages.tsx";'],
    ["feeds/probe.ts", 'import "../app.tsx";'],
    ["platform/probe.ts", 'const { record } = await import("../domain/evidence.ts");'],
  ])("going up is seen: %s: %s", (file, text) => {
    expect(upwards(parse(file, text)).filter(Boolean)).toHaveLength(1);
  });

  test.each([
    ["features/login/probe.ts", 'import { List } from "../reimbursements/list.ts";'],
    ["features/login/probe.ts", 'import { importFeed } from "../../feeds/import.ts";'],
    ["feeds/probe.ts", 'import { urls } from "../features/login/schema.ts";'],
  ])("going across is seen: %s: %s", (file, text) => {
    expect(across(parse(file, text)).filter(Boolean)).toHaveLength(1);
  });

  test("every folder of src is on a floor", () => {
    const folders = new Set(sources.filter(({ file }) => file.includes("/")).map(({ file }) => file.split("/")[0]!));
    expect([...folders].filter((folder) => !floors.flat().includes(folder))).toEqual([]);
  });

  test("an import of ours says the file it means, extension and all", () => {
    const vague = (source: Source) =>
      importsOf(source).map(({ from, node }) => {
        const target = ours(source, from);
        return target !== undefined && !existsSync(join(productRoot, "src", target)) && node;
      });
    expect(faults(vague)).toEqual([]);
  });
});

describe("packages stop at one door", () => {
  test.each([
    [/^(?:lucia|@lucia-auth\/.*)$/, /^platform\/sessions\.ts$/],
    [/^@node-rs\/argon2$/, /^platform\/passwords\.ts$/],
    [/^better-sqlite3$/, /^platform\/database\.ts$/],
    [/^i18next$/, /^platform\/i18n\.ts$/],
    [/^pino$/, /^platform\/log\.ts$/],
    [/^nodemailer(?:\/.*)?$/, /^platform\/mailer/],
    [/^jspdf$/, /^platform\/pdf\.ts$/],
    [/^fflate$/, /^platform\/zip\.ts$/],
    [/^@simplewebauthn\//, /^platform\/passkeys\.ts$/],
    [/^any-ascii$/, /^lib\/latin\.ts$/],
    [/^ibantools$/, /^lib\/iban\.ts$/],
    [/^libphonenumber-js(?:\/.*)?$/, /^lib\/phone\.ts$/],
    [/^otpauth$/, /^platform\/totp\.ts$/],
    [/^uqr$/, /^platform\/qr\.ts$/],
    [/^(?:hono|@hono\/.*|hono\/.*)$/, /^(?:web|features|staff)\/|^[^/]+$/],
    [/^node:(?:http2?|https|tls|dgram)$/, /^platform\/|^[^/]+$/],
  ])("%s is imported by %s alone", (name, door) => {
    const elsewhere = (source: Source) =>
      importsOf(source).map(({ from, node, isType }) => !isType && name.test(from) && !door.test(source.file) && node);
    expect(faults(elsewhere)).toEqual([]);
  });
});

describe("inside a feature", () => {
  const deep = /^(?:features|staff)\/.*\b(?:actions|rules|queries|mails|document|csv)\.tsx?$/;
  const schema = /^(?:features|staff)\/.*\bschema\.ts$/;

  test("actions, rules, queries, mails and documents know nothing of HTTP", () => {
    const http = (source: Source) =>
      importsOf(source).map(({ from, node }) => {
        const isWeb = /^@?hono\b/.test(from) || ours(source, from)?.startsWith("web/");
        return deep.test(source.file) && isWeb && node;
      });
    expect(sources.some(({ file }) => deep.test(file))).toBe(true);
    expect(faults(http)).toEqual([]);
  });

  test("a schema knows of HTTP only how to name a message", () => {
    const http = (source: Source) =>
      importsOf(source).map(({ from, node }) => {
        const target = ours(source, from);
        const isWeb = /^@?hono\b/.test(from) || (target?.startsWith("web/") && target !== "web/forms.ts");
        return schema.test(source.file) && isWeb && node;
      });
    expect(sources.some(({ file }) => schema.test(file))).toBe(true);
    expect(faults(http)).toEqual([]);
  });

  test("pages and documents are functions of what they are given: no base, no clock, no promise", () => {
    const pages = sources.filter(({ file }) => /^(?:features|staff)\/.*\bpages\.tsx$/.test(file));
    expect(pages.length).toBeGreaterThan(0);
    const impure = (source: Source) =>
      source.nodes.map((node) => {
        const isAsync = (node.type.includes("Function") && node.async === true) || node.type === "AwaitExpression";
        const from = (node.source as Node | undefined)?.value;
        const isDeep =
          node.type === "ImportDeclaration" &&
          node.importKind !== "type" &&
          /platform\/(?:database|sessions|passwords|seal)\.ts$/.test(String(from));
        return (isAsync || isDeep) && node;
      });
    expect(faults(impure, pages)).toEqual([]);
  });
});

describe("htmx", () => {
  const headers =
    /^hx-(?:request(?:-type)?|boosted|current-url|history-restore-request|prompt|source|target|trigger(?:-.*)?|location|push-url|redirect|refresh|replace-url|reswap|retarget|reselect)$/i;
  const doors = ["web/respond.tsx", "web/errors.tsx"];

  const named = (source: Source) =>
    source.nodes.map((node) => pieces(node)?.some((text) => headers.test(text) || /\bHX-/.test(text)) && node);

  test("its headers are read and written in one place, and on the page of a refusal", () => {
    expect(
      faults(
        named,
        sources.filter(({ file }) => !doors.includes(file)),
      ),
    ).toEqual([]);
  });

  test("the rule above sees the headers where they are", () => {
    expect(
      faults(
        named,
        sources.filter(({ file }) => file === doors[0]),
      ),
    ).not.toEqual([]);
  });
});

describe("time, chance and environment", () => {
  /** `Date.now`, `Math.random`, `process.env`, also taken apart or imported by name. */
  function reaches({ type, ...node }: Node): boolean {
    const name = (part: unknown) => (part as { name?: string } | null)?.name;
    if (type === "MemberExpression") {
      return ["Date.now", "Math.random", "process.env"].includes(`${name(node.object)}.${name(node.property)}`);
    }
    if (type === "NewExpression" || type === "CallExpression") return name(node.callee) === "Date";
    if (type === "ImportDeclaration" && /^(?:node:)?process$/.test(String((node.source as Node).value))) {
      return (node.specifiers as { imported?: unknown }[]).some(({ imported }) => name(imported) === "env");
    }
    return false;
  }
  const find = ({ nodes }: Source) => nodes.filter(reaches);
  const mayReach = (file: string) => file.startsWith("platform/") || !file.includes("/");

  test("come in through deps: only the platform and the files that start the process ask for them", () => {
    const among = sources.filter(({ file }) => !mayReach(file) && !["lib/clock.ts", "lib/dates.ts"].includes(file));
    expect(faults(find, among)).toEqual([]);
  });

  test("the conversions of dates never ask what time it is", () => {
    const dates = sources.filter(({ file }) => file === "lib/dates.ts");
    const asks = ({ nodes }: Source) =>
      nodes.filter((node) => reaches(node) && !((node.arguments as unknown[] | undefined)?.length ?? 0));
    expect(dates).toHaveLength(1);
    expect(faults(asks, dates)).toEqual([]);
  });

  test.each([
    "const now = Date.now();",
    "const day = new Date();",
    "const day = Date();",
    "const chance = Math.random();",
    "const { HOME } = process.env;",
    'import { env } from "node:process";',
  ])("the rule above sees %s", (text) => {
    expect(find(parse("probe.ts", text))).toHaveLength(1);
  });
});

test("nothing is written to the console: there is a log, and the command line has its own output", () => {
  const consoles = ({ nodes }: Source) =>
    nodes.filter(({ type, object }) => type === "MemberExpression" && (object as { name?: string }).name === "console");
  expect(faults(consoles)).toEqual([]);
});

describe("what people read comes from the locales:", () => {
  const letters = /\p{L}/u;
  const spoken = /^(?:title|alt|placeholder|label|summary|aria-(?:label|description|roledescription|valuetext))$/;

  /** Letters between two tags of a text of HTML; what is filled in stands for nothing. */
  function hasProse(parts: string[]): boolean {
    const text = parts
      .join("\u0000")
      .replace(/<(style|script|!)[\s\S]*?>/g, "")
      .replace(/&[a-z]+;/g, "");
    return [...text.matchAll(/>([^<>]*)</g)].some(([, between]) => letters.test(between!));
  }

  const prose = ({ nodes }: Source) =>
    nodes.filter((node) => {
      if (node.type === "JSXText") return letters.test(String(node.value));
      if (node.type === "JSXAttribute") {
        const value = node.value as Node | null;
        const name = (node.name as { name: unknown }).name;
        return value?.type === "Literal" && spoken.test(String(name)) && letters.test(String(value.value));
      }
      const parts = pieces(node);
      return parts?.some((part) => part.includes("</")) && hasProse(parts);
    });

  test("no letters between tags, nor in what is read aloud", () => {
    expect(faults(prose)).toEqual([]);
  });

  test.each([
    "const page = <p>Bonjour</p>;",
    "const page = <p>{name} : bonjour</p>;",
    'const page = <img alt="Logo" />;',
    'const page = <nav aria-label="Menu"></nav>;',
    `const page = html\`<p class=$${"{x}"}>Bonjour</p>\`;`,
    'const page = "<b>Bonjour</b>";',
  ])("the rule above sees %s", (text) => {
    expect(prose(parse("probe.tsx", text))).toHaveLength(1);
  });

  test.each([
    '<p class="hint">{t("login:title")}</p>',
    "<b>{a} – {b} : 12 €</b>",
    `html\`<p class=$${"{a}"} id='b'>$${"{c}"}&nbsp;</p>\``,
  ])("and lets %s pass", (text) => {
    expect(prose(parse("probe.tsx", `const page = ${text};`))).toEqual([]);
  });
});
