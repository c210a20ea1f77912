/** The parts of a version that differ from the one before, by their headings; an empty heading is what stands before the first. */
export type CharterChanges = { added: string[]; changed: string[]; removed: string[] };

/** What a new text brings, part by part: what a reader who knows the old one has to look at. */
export function charterChanges(before: string, after: string): CharterChanges {
  const [old, fresh] = [partsOf(before), partsOf(after)];
  const headings = [...fresh.keys()];
  return {
    added: headings.filter((heading) => !old.has(heading)),
    changed: headings.filter((heading) => old.has(heading) && old.get(heading) !== fresh.get(heading)),
    removed: [...old.keys()].filter((heading) => !fresh.has(heading)),
  };
}

/** Text under each heading of the second level, line ends and spaces aside. */
function partsOf(text: string): Map<string, string> {
  const parts = new Map([["", ""]]);
  let heading = "";
  for (const line of text.split(/\r\n?|\n/)) {
    if (line.startsWith("## ")) {
      heading = line.slice(3).trim();
      parts.set(heading, parts.get(heading) ?? "");
    } else if (line.trim() !== "") parts.set(heading, `${parts.get(heading)}${line.trim()}\n`);
  }
  return parts;
}
