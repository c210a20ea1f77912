import { createHash } from "node:crypto";
import type { Deps } from "../platform/deps.ts";
import { TooBusyError } from "../platform/passwords.ts";
import { type PdfModel, renderPdf } from "../platform/pdf.ts";
import { keepPdfHash } from "./certificates.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const keptFiles = 64;
/** At some ten milliseconds each, whoever is the last waits two seconds. */
const mostWaiting = 200;

/**
 * Draws certificates one at a time, in pieces between which others are answered. The same one is drawn once, however
 * often it is asked for meanwhile; the latest files are kept for who prints and downloads.
 */
export function createDrawing(deps: Pick<Deps, "db">) {
  const files = new Map<string, Promise<Bytes>>();
  let waiting = 0;

  const draw = async (model: PdfModel, number: string, issuedAt: number): Promise<Bytes> => {
    waiting++;
    try {
      const bytes = await renderPdf(model, { now: issuedAt * 1000, id: number });
      keepPdfHash(deps, number, createHash("sha256").update(bytes).digest("hex"));
      return bytes;
    } finally {
      waiting--;
    }
  };

  /**
   * The PDF of a certificate; its number names all that it says.
   * @throws TooBusyError when too many are waiting to be drawn.
   */
  return (model: PdfModel, { number, issuedAt }: { number: string; issuedAt: number }): Promise<Bytes> => {
    const known = files.get(number);
    if (known) return known;
    if (waiting >= mostWaiting) throw new TooBusyError();
    const file = draw(model, number, issuedAt);
    files.set(number, file);
    // One that failed is tried again; the oldest makes room.
    file.catch(() => files.delete(number));
    if (files.size > keptFiles) files.delete(files.keys().next().value!);
    return file;
  };
}
