import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Language, languages } from "../src/lib/languages.ts";
import { productRoot } from "../src/platform/config.ts";
import { tFor } from "../src/platform/i18n.ts";
import { type Node, parse, pieces, productSources } from "./kit/sources.ts";

type Texts = Map<string, string>;

const plural = /_(?:zero|one|two|few|many|other)$/;
/** The forms that the language's rules of plural can ask for. */
const formsOf: Record<Language, string[]> = { fr: ["many", "one", "other"], en: ["one", "other"] };

/** Texts glued to what follows or precedes them, and why their ends are spaces. */
const mayHaveEndSpaces = ["form:errorPrefix"];

const namespaces = files("fr");

function files(language: Language): string[] {
  const names = readdirSync(join(productRoot, "locales", language)).sort();
  return names.map((name) => name.replace(/\.json$/, ""));
}

/** Every text of a language under its whole name, `login:title`, `errors:tooMany.next_one`. */
function textsOf(language: Language): Texts {
  const texts: Texts = new Map();
  for (const namespace of files(language)) {
    const file = join(productRoot, "locales", language, `${namespace}.json`);
    spread(JSON.parse(readFileSync(file, "utf8")), `${namespace}:`, texts);
  }
  return texts;
}

function spread(branch: Record<string, unknown>, path: string, into: Texts): void {
  for (const [name, value] of Object.entries(branch)) {
    if (typeof value === "string") into.set(path + name, value);
    else spread(value as Record<string, unknown>, `${path}${name}.`, into);
  }
}

const texts = { fr: textsOf("fr"), en: textsOf("en") };
const bare = (key: string) => key.replace(plural, "");
const keysOf = (language: Language) => [...new Set([...texts[language].keys()].map(bare))].sort();

/** Names of the texts that a rule finds at fault, with the language first. */
function faulty(rule: (text: string, key: string) => boolean, among: readonly Language[] = languages): string[] {
  return among.flatMap((language) =>
    [...texts[language]].filter(([key, text]) => rule(text, key)).map(([key]) => `${language} ${key}`),
  );
}

describe("French and English", () => {
  test("have the same files, with the same keys", () => {
    expect(files("en")).toEqual(namespaces);
    expect(keysOf("en")).toEqual(keysOf("fr"));
    expect(keysOf("fr").length).toBeGreaterThan(100);
  });

  test("have each the plural forms of their language", () => {
    for (const language of languages) {
      const stems = new Set([...texts[language].keys()].filter((key) => plural.test(key)).map(bare));
      expect(stems.size).toBeGreaterThan(0);
      for (const stem of stems) {
        const forms = [...texts[language].keys()].filter((key) => bare(key) === stem);
        expect(forms.sort()).toEqual(formsOf[language].map((form) => `${stem}_${form}`));
      }
      expect([...new Intl.PluralRules(language).resolvedOptions().pluralCategories].sort()).toEqual(formsOf[language]);
    }
  });

  test("are filled in with the same values", () => {
    const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();
    const differing = [...texts.fr].filter(([key, text]) => {
      const other = texts.en.get(key) ?? texts.en.get(key.replace(plural, "_other"));
      return other && text && JSON.stringify(placeholders(text)) !== JSON.stringify(placeholders(other));
    });
    expect(differing.map(([key]) => key)).toEqual([]);
  });

  test("write what is filled in as {{name}}, and nothing else in braces", () => {
    expect(faulty((text) => /[{}]/.test(text.replace(/\{\{[a-zA-Z]\w*\}\}/g, "")))).toEqual([]);
  });
});

describe("every text", () => {
  test("says something", () => {
    expect(faulty((text) => text.trim() === "")).toEqual([]);
  });

  test("has no space too many", () => {
    const ends = (text: string, key: string) => text !== text.trim() && !mayHaveEndSpaces.includes(key);
    expect(faulty((text, key) => ends(text, key) || /[ \u00a0\u202f]{2}|\n|\t/.test(text))).toEqual([]);
  });

  test("uses typographic apostrophes and quotation marks", () => {
    expect(faulty((text) => /['"`´]/.test(text))).toEqual([]);
  });

  test("uses one sign for three dots, and holds no HTML", () => {
    expect(faulty((text) => /\.\.|<\/?[a-z]|&[a-z]+;/i.test(text))).toEqual([]);
  });
});

describe("French typography", () => {
  test("puts a space before : ; ? ! and inside « »", () => {
    // A sign after an opening bracket or among others is an example of itself: « par exemple ! ou - ».
    const stuck = /[^\s([](?=[;?!:»](?:[\s)»]|$))|«(?!\s)/;
    expect(faulty((text) => stuck.test(text), ["fr"])).toEqual([]);
  });

  test("writes that space in one way only", () => {
    // The charter names this link with an ordinary space; people and tests look for it to the letter.
    const own = [...texts.fr].filter(([key]) => key !== "login:forgot").map(([, text]) => text);
    const kinds = own.flatMap((text) => text.match(/\s(?=[:;?!»])|(?<=«)\s/g) ?? []);
    expect([...new Set(kinds)]).toHaveLength(1);
  });

  test("keeps a space before the units", () => {
    expect(faulty((text) => /\d[€%]/.test(text), ["fr"])).toEqual([]);
  });
});

describe("English typography", () => {
  test("puts no space before : ; ? !, and uses no French quotation marks", () => {
    // In “for example ! or -” the sign is an example of itself.
    expect(faulty((text) => /\s[:;?!](?=$|\s(?!or\b))|[«»]/.test(text), ["en"])).toEqual([]);
  });
});

describe("the program", () => {
  const sources = productSources();

  test.each(languages)("loads every file of %s", (language) => {
    const t = tFor(language) as unknown as (key: string, values?: object) => string;
    for (const namespace of namespaces) {
      const [key, text] = [...texts[language]].find(
        ([name]) => name.startsWith(`${namespace}:`) && !plural.test(name),
      )!;
      expect(t(key, { skipInterpolation: true }), key).toBe(text);
    }
  });

  test("asks for every text", () => {
    const asked = askedKeys(sources.flatMap(({ nodes }) => nodes));
    expect(keysOf("fr").filter((key) => !asked(key))).toEqual([]);
  });

  test("a text that nothing asks for is found", () => {
    const { nodes } = parse(
      "probe.ts",
      `t("login:title"); t(\`form:error.\${fault}\`); t("menu.login"); t("reimbursements:nature", { returnObjects: true });
       const fault = "required";`,
    );
    const asked = askedKeys(nodes);
    const keys = [
      "login:title",
      "form:error.required",
      "common:menu.login",
      "reimbursements:nature.REMBOURSEMENT_SOINS",
    ];
    expect(keys.filter((key) => !asked(key))).toEqual([]);
    const others = ["login:password", "form:error.tooLong", "common:menu.logout", "form:errorPrefix", "common:other"];
    expect(others.filter(asked)).toEqual([]);
  });
});

/**
 * Whether a text is asked for: by its whole name, by the name of a branch, or by a template whose values are words
 * that the program says somewhere (the name of a field, of a status, of a message).
 */
function askedKeys(nodes: Node[]): (key: string) => boolean {
  const words = new Set<string>();
  const templates: RegExp[] = [];
  for (const node of nodes) {
    const [first = "", ...rest] = pieces(node) ?? [];
    if (rest.length === 0) words.add(first);
    else if (/^(?:[a-z-]+:[\w.]*|[\w.]*\.)$/i.test(first) && rest.every((part) => /^[\w.]*$/.test(part))) {
      templates.push(new RegExp(`^${[first, ...rest].join("([^:]+?)").replaceAll(".", "\\.")}$`));
    }
  }
  const isSaid = (branch: string) =>
    words.has(branch) ||
    templates.some((template) =>
      template
        .exec(branch)
        ?.slice(1)
        .every((word) => words.has(word)),
    );
  return (key) => {
    const parts = key.split(".");
    const branches = parts.map((_, index) => parts.slice(0, index + 1).join("."));
    // Without the name of a file, a text is one of those shared by all pages.
    const shared = branches.filter((branch) => branch.startsWith("common:")).map((branch) => branch.slice(7));
    return branches.some(isSaid) || shared.some(isSaid);
  };
}
