import { toLatin } from "../lib/latin.ts";

/** Marks that turn the direction of what follows, or show nothing: they come with what is copied from elsewhere. */
const unseen = /[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;

/**
 * What a document says, with names of other writings in Latin letters, so that whoever receives it can read and copy
 * them; its page is made from the same. `isTranscribed`: some were.
 */
export function inLatin<V>(value: V): { latin: V; isTranscribed: boolean } {
  let isTranscribed = false;
  const latin = mapTexts(value, (text) => {
    const composed = text.normalize("NFC").replace(unseen, "");
    const written = toLatin(composed);
    isTranscribed ||= written !== composed;
    return written;
  });
  return { latin, isTranscribed };
}

function mapTexts<V>(value: V, change: (text: string) => string): V {
  if (typeof value === "string") return change(value) as V;
  if (Array.isArray(value)) return value.map((part) => mapTexts(part, change)) as V;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, mapTexts(part, change)])) as V;
}
