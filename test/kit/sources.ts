import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAst } from "vitest/node";
import { productRoot } from "../../src/platform/config.ts";

/** A node of the syntax tree (ESTree with TypeScript and JSX). */
export type Node = { type: string; start: number; [field: string]: unknown };

/** One file of the product, read and parsed. */
export type Source = {
  /** Path from `src`, with `/`. */
  file: string;
  text: string;
  nodes: Node[];
};

const isTest = /(?:\.test|[/-]kit|-test-server)\.tsx?$/;
/** A program that a test starts: it needs the kit of the tests too. */
const usesKit = /\bfrom "[^"]*[/-]kit(?:\/[^"]*)?\.tsx?"/;

/** Every source file of the product itself: tests and what they alone use are left out. */
export function productSources(): Source[] {
  const root = join(productRoot, "src");
  return readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => /\.tsx?$/.test(name) && !isTest.test(name))
    .sort()
    .map((file) => ({ file, text: readFileSync(join(root, file), "utf8") }))
    .filter(({ text }) => !usesKit.test(text))
    .map(({ file, text }) => parse(file, text));
}

export function parse(file: string, text: string): Source {
  const program = parseAst(text, { lang: file.endsWith("x") ? "tsx" : "ts" });
  const nodes: Node[] = [];
  collect(program, nodes);
  return { file, text, nodes };
}

function collect(value: unknown, into: Node[]): void {
  if (Array.isArray(value)) for (const item of value) collect(item, into);
  else if (value && typeof value === "object") {
    if ("type" in value && typeof value.type === "string") into.push(value as Node);
    for (const field of Object.values(value)) collect(field, into);
  }
}

/** `src/web/urls.ts:12`, for the message of a failing test. */
export function place({ file, text }: Source, { start }: Node): string {
  return `src/${file}:${text.slice(0, start).split("\n").length}`;
}

/** The text pieces of a string or of a template: a template has one more piece than it has values. */
export function pieces(node: Node): string[] | undefined {
  if (node.type === "Literal" && typeof node.value === "string") return [node.value];
  if (node.type !== "TemplateLiteral") return undefined;
  return (node.quasis as { value: { cooked: string | null; raw: string } }[]).map(
    ({ value }) => value.cooked ?? value.raw,
  );
}
