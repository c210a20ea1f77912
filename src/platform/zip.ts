import { zipSync } from "fflate";

/** A file of an archive: texts are UTF-8. */
export type ZipFile = { name: string; content: string | Uint8Array };

/** Files in one ZIP archive, all dated `now` (milliseconds). */
export function zip(files: ZipFile[], now: number): Uint8Array<ArrayBuffer> {
  const mtime = new Date(now);
  const entries = files.map(({ name, content }) => [
    name,
    [typeof content === "string" ? new TextEncoder().encode(content) : content, { mtime, level: 6 }],
  ]);
  return zipSync(Object.fromEntries(entries)) as Uint8Array<ArrayBuffer>;
}
