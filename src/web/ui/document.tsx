import type { Language } from "../../lib/languages.ts";
import type { PdfBlock, PdfModel } from "../../platform/pdf.ts";
import { French } from "./feed-word.tsx";
import { QrCode } from "./qr.tsx";
import { ScrollTable } from "./scroll-table.tsx";
import { Term } from "./term.tsx";

type Props = {
  model: Pick<PdfModel, "language" | "letterhead" | "blocks" | "hasModelTitle" | "title" | "footer">;
};

/**
 * The page that says what a PDF says, from the same model: for screens, screen readers and printers. The title of the
 * model is the first heading of the page around; what follows the model of an authority has its title and its foot too.
 */
export function DocumentBody({ model: { language, letterhead, blocks, hasModelTitle, title, footer } }: Props) {
  return (
    <div class={hasModelTitle ? "document sheet" : "document"}>
      {hasModelTitle && (
        <p class="model-title">
          <Words language={language} text={title} />
        </p>
      )}
      {letterhead && (
        <address>
          <strong>{letterhead.name}</strong>
          {letterhead.lines.map((line) => (
            <>
              <br />
              {line}
            </>
          ))}
        </address>
      )}
      {blocks.map((block, index) => (
        <Block block={block} language={language} caption={headingBefore(blocks, index)} />
      ))}
      {hasModelTitle && <p class="hint">{footer}</p>}
    </div>
  );
}

/** A table is called by the heading it stands under. */
function headingBefore(blocks: PdfBlock[], index: number): string {
  const heading = blocks.slice(0, index).findLast(({ kind }) => kind === "heading");
  return heading?.kind === "heading" ? heading.text : "";
}

function Block({ block, language, caption }: { block: PdfBlock; language: Language; caption: string }) {
  switch (block.kind) {
    case "heading":
      return block.level === 2 ? <h2>{block.text}</h2> : <h3>{block.text}</h3>;
    case "paragraph":
      return <Paragraph block={block} language={language} />;
    case "definitions":
      return (
        <dl>
          {block.items.map(({ term, value, isFrench }) => (
            <Term name={term}>
              <Words language={language} text={value} isFrench={isFrench} />
            </Term>
          ))}
        </dl>
      );
    case "table":
      return <Table block={block} language={language} caption={caption} />;
    case "cells":
      return (
        <>
          {block.title && <h2>{block.title}</h2>}
          <dl class="cells">
            {block.rows.map((row) =>
              row.map(({ label, value }) => (
                <div class={row.length === 1 ? "whole" : undefined}>
                  <dt>{label}</dt>
                  <dd>
                    <Words language={language} text={value} />
                  </dd>
                </div>
              )),
            )}
          </dl>
        </>
      );
    case "qr":
      return (
        <>
          <QrCode text={block.text} label={block.label} />
          {block.lines.map((line) => (
            <p>{line}</p>
          ))}
        </>
      );
    default:
      // The fields of a form have a page of their own, which asks the same questions.
      return null;
  }
}

type ParagraphProps = { block: Extract<PdfBlock, { kind: "paragraph" }>; language: Language };

function Paragraph({ block: { text, small, align, italic }, language }: ParagraphProps) {
  const classes = [small && "hint", align && `to-${align}`].filter(Boolean).join(" ");
  const words = <Words language={language} text={text} />;
  return <p class={classes || undefined}>{italic ? <em>{words}</em> : words}</p>;
}

type TableProps = { block: Extract<PdfBlock, { kind: "table" }>; language: Language; caption: string };

function Table({ block: { columns, rows }, language, caption }: TableProps) {
  return (
    <ScrollTable name={caption} columns={columns.map(({ title }) => title)}>
      {rows.map((row) => (
        <tr>
          {columns.map(({ isFrench }, index) => {
            const words = <Words language={language} text={row[index] ?? ""} isFrench={isFrench} />;
            return index === 0 ? <th scope="row">{words}</th> : <td>{words}</td>;
          })}
        </tr>
      ))}
    </ScrollTable>
  );
}

/** Line ends kept, as in the PDF. */
function Words({ language, text, isFrench }: { language: Language; text: string; isFrench?: boolean | undefined }) {
  return (
    <>
      {text.split("\n").map((line, index) => (
        <>
          {index > 0 && <br />}
          {isFrench ? <French language={language}>{line}</French> : line}
        </>
      ))}
    </>
  );
}
