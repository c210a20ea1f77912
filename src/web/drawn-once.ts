import type { HtmlEscapedString } from "hono/utils/html";

const edge = "\u241f";

/** Where a value goes in markup that is drawn once: put in the JSX as text or attribute. */
export function slot(name: string): string {
  return `${edge}${name}${edge}`;
}

/**
 * Markup drawn once per key and filled at each request: drawing JSX anew for each page, mostly to the same bytes,
 * was the largest part of its cost.
 * @param draw draws the markup of a key, with `slot(name)` where values go.
 * @returns fills the slots; values must be safe HTML already.
 */
export function drawnOnce<Key extends string>(draw: (key: Key) => HtmlEscapedString | Promise<HtmlEscapedString>) {
  const drawn = new Map<Key, string[]>();
  return (key: Key, values: Record<string, string>): string => {
    let parts = drawn.get(key);
    if (!parts) {
      parts = String(draw(key)).split(edge);
      drawn.set(key, parts);
    }
    // Even parts are markup, odd ones the names of slots.
    let text = parts[0]!;
    for (let index = 1; index < parts.length; index += 2) text += values[parts[index]!]! + parts[index + 1]!;
    return text;
  };
}
