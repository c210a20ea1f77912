import type { Language } from "../lib/languages.ts";
import { printable } from "../lib/terminal.ts";
import type { PdfModel, ReadBlock } from "./pdf.ts";

/** A document that is only read: nothing to fill in. */
export type ReadModel = Omit<PdfModel, "blocks"> & { blocks: ReadBlock[] };

/**
 * The same document as a page of HTML that stands alone: everything the PDF says, with headings, lists and tables that
 * assistive technologies follow. Nothing is loaded from elsewhere.
 */
export function renderHtml({ language, title, author, footer, blocks }: ReadModel): string {
  const name = namer();
  return `<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="author" content="${escaped(author)}">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1 id="title">${escaped(title)}</h1>
${blocks.map((block) => blockHtml(block, name)).join("\n")}
</main>
<footer><p>${escaped(footer)}</p></footer>
</body>
</html>
`;
}

const style = `
body { margin: 0 auto; max-width: 60rem; padding: 1rem; font: 1rem/1.5 sans-serif; color: #1a1a1a; background: #fff; }
p, td, dd { white-space: pre-line; overflow-wrap: anywhere; }
.small { font-size: .9rem; }
dt { font-weight: bold; }
dd { margin: 0 0 .5rem; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 1px solid #666; padding: .25rem .5rem; text-align: left; vertical-align: top; }
.right { text-align: right; }
`;

/** The heading a table is read under. */
type Namer = { next(): string; current(): string };

function namer(): Namer {
  let count = 0;
  return { next: () => `h${++count}`, current: () => (count === 0 ? "title" : `h${count}`) };
}

function blockHtml(block: ReadBlock, name: Namer): string {
  switch (block.kind) {
    case "heading":
      return `<h${block.level} id="${name.next()}"${langOf(block)}>${escaped(block.text)}</h${block.level}>`;
    case "paragraph":
      return `<p${block.small ? ' class="small"' : ""}${langOf(block)}>${escaped(block.text)}</p>`;
    case "definitions": {
      const items = block.items.map(({ term, value }) => `<dt>${escaped(term)}</dt><dd>${escaped(value)}</dd>`);
      return `<dl>\n${items.join("\n")}\n</dl>`;
    }
    case "table": {
      const sides = block.columns.map(({ align }) => (align === "right" ? ' class="right"' : ""));
      const heads = block.columns.map(({ title }, at) => `<th scope="col"${sides[at]}>${escaped(title)}</th>`);
      const rows = block.rows.map(
        (cells) => `<tr>${cells.map((cell, at) => `<td${sides[at]}>${escaped(cell)}</td>`).join("")}</tr>`,
      );
      const label = `aria-labelledby="${name.current()}"`;
      return `<section class="table" tabindex="0" ${label}><table ${label}>
<thead><tr>${heads.join("")}</tr></thead>
<tbody>
${rows.join("\n")}
</tbody>
</table></section>`;
    }
  }
}

function langOf({ language }: { language?: Language }): string {
  return language ? ` lang="${language}"` : "";
}

const entities: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

/** What strangers typed neither becomes markup nor turns the direction of writing. */
function escaped(text: string): string {
  return printable(text).replace(/[&<>"']/g, (character) => entities[character]!);
}
