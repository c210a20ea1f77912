import { raw } from "hono/html";
import type { Language } from "../../lib/languages.ts";
import { frenchText } from "../escape.ts";

/** Words of the feed, which are French whatever the language of the page. */
export function French({ language, children }: { language: Language; children: string }) {
  return raw(frenchText(children, language));
}

type FeedWordProps = { language: Language; names: Record<string, string>; value: string };

/** A code of the feed by its name; one that has none yet is shown as it came. */
export function FeedWord({ language, names, value }: FeedWordProps) {
  if (!Object.hasOwn(names, value)) return <French language={language}>{value}</French>;
  return <>{names[value]}</>;
}
