import { hideNumbers } from "../../lib/hidden-numbers.ts";

/**
 * Markup that our own pages drew, as a tree. It is well formed, and `<` and `>` stand in it for tags alone: whatever
 * people wrote has been escaped.
 */
type Element = { tag: string; attributes: string; children: Node[] };
type Node = string | Element;

const tags = /<(\/?)([a-zA-Z][\w-]*)((?:[^"<>]|"[^"]*")*)>/g;
const empty = new Set(["br", "hr", "img", "input", "wbr"]);

/** What acts, or would act as the member. `details.filters` holds a form under a summary. */
const acting = new Set(["form", "button", "script", "input", "select", "textarea"]);
/** What is left out with the link or the form that was all it held. */
const frames = new Set(["p", "li", "ul", "ol", "div", "details"]);

/** What becomes of a link: it leads elsewhere, its text stays alone, or nothing of it stays. */
export type Link = { to: string } | "text" | "nothing";

/**
 * A page of a member as somebody else may read it: without forms, buttons and scripts, with the links that lead
 * somewhere for its reader, and without the social security numbers and IBANs that its owner wrote.
 * @param linkOf what becomes of a link of the member's page.
 */
export function readOnly(html: string, linkOf: (href: string) => Link): string {
  return toText(parse(html).flatMap((node) => kept(node, linkOf)));
}

function parse(html: string): Node[] {
  const root: Element = { tag: "", attributes: "", children: [] };
  const open = [root];
  let from = 0;
  for (const match of html.matchAll(tags)) {
    const [whole, end, tag, attributes] = match as unknown as [string, string, string, string];
    const parent = open.at(-1)!;
    if (match.index > from) parent.children.push(html.slice(from, match.index));
    from = match.index + whole.length;
    if (end) {
      if (open.length > 1) open.pop();
      continue;
    }
    const isClosed = attributes.endsWith("/") || empty.has(tag);
    const element: Element = { tag, attributes: attributes.replace(/\s*\/$/, ""), children: [] };
    parent.children.push(element);
    if (!isClosed) open.push(element);
  }
  open.at(-1)!.children.push(html.slice(from));
  return root.children;
}

/** Marks the text of a link that leads nowhere for this reader. */
const unlinked = "unlinked";

function kept(node: Node, linkOf: (href: string) => Link): Node[] {
  if (typeof node === "string") return [hideNumbers(node)];
  const { tag, attributes } = node;
  if (acting.has(tag)) return [];
  // The page around has its own.
  if (tag === "h1") return [];
  const children = node.children.flatMap((child) => kept(child, linkOf));
  if (tag === "a") {
    const link = linkOf(unescaped(/\shref="([^"]*)"/.exec(attributes)?.[1] ?? ""));
    if (link === "nothing") return [];
    if (link === "text") return [{ tag: unlinked, attributes: "", children }];
    return [{ tag, attributes: ` href="${escaped(link.to)}"`, children }];
  }
  if (frames.has(tag) && node.children.length > 0 && children.every(saysNothing)) return [];
  const shown = attributes
    .replace(/\s(?:hx-|on|data-)[\w:-]*(?:="[^"]*")?/g, "")
    .replace(/\s(?:title|aria-label)="[^"]*"/g, hideNumbers);
  return [{ tag, attributes: shown, children }];
}

const saysNothing = (node: Node): boolean =>
  typeof node === "string" ? node.trim() === "" : node.tag === unlinked || node.tag === "summary";

function toText(nodes: Node[]): string {
  return nodes
    .map((node) => {
      if (typeof node === "string") return node;
      const { tag, attributes, children } = node;
      if (tag === unlinked) return toText(children);
      return empty.has(tag) ? `<${tag}${attributes}>` : `<${tag}${attributes}>${toText(children)}</${tag}>`;
    })
    .join("");
}

const escaped = (text: string) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");

function unescaped(text: string): string {
  return text
    .replaceAll("&quot;", '"')
    .replaceAll("&#39;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
