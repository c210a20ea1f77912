import { describe, expect, test } from "vitest";
import { builtInOrganisation } from "../platform/organisation.ts";
import { isShort, readNotice } from "./notices.ts";

const origin = "https://espace.example";
const now = Date.parse("2026-11-23T09:00:00+01:00") / 1000;
const file = `kind: interruption
starts: 2026-12-05 22:00
ends: 2026-12-06 06:00
subject-fr: Travaux dans la nuit
subject-en: Work at night

Votre espace sera fermé dans la nuit.

Rien d’autre ne change.
--- en ---
Your account will be closed at night.

Nothing else changes.
`;

const ours = { origin, organisation: builtInOrganisation };
const read = (text: string) => readNotice(text, { now, ...ours });
const faultsOf = (text: string) => {
  const notice = read(text);
  return notice.ok ? [] : notice.faults.map(({ line, fault }) => `${line}: ${fault}`);
};

test("a notice is read, its moments in Paris, its texts in both languages", () => {
  const notice = {
    kind: "interruption",
    startsAt: Date.parse("2026-12-05T22:00:00+01:00") / 1000,
    endsAt: Date.parse("2026-12-06T06:00:00+01:00") / 1000,
    subject: { fr: "Travaux dans la nuit", en: "Work at night" },
    text: {
      fr: "Votre espace sera fermé dans la nuit.\n\nRien d’autre ne change.",
      en: "Your account will be closed at night.\n\nNothing else changes.",
    },
  };
  expect(read(file)).toEqual({ ok: true, value: notice });
  expect(read(`\ufeff${file.replaceAll("\n", "\r\n")}`)).toEqual({ ok: true, value: notice });
});

test("an hour of summer time, the hour that comes twice, and the one that never comes", () => {
  const startsAt = (starts: string) => {
    const notice = read(file.replace("2026-12-05 22:00", starts).replace("2026-12-06", "2028-12-06"));
    return notice.ok ? notice.value.startsAt * 1000 : notice.faults;
  };
  expect(startsAt("2027-07-01 22:00")).toBe(Date.parse("2027-07-01T22:00:00+02:00"));
  expect(startsAt("2027-10-31 02:30")).toBe(Date.parse("2027-10-31T02:30:00+02:00"));
  expect(startsAt("2027-03-28 02:30")).toEqual([
    { line: 2, fault: "must be a moment in Paris such as 2026-12-05 22:00" },
  ]);
});

const foreign = "holds a link or an address that is not of the portal or of the mutual:";

describe("each fault is told with its line:", () => {
  test.each([
    ["an unknown kind", "kind: interruption", "kind: party", ["1: must be change, interruption or end"]],
    ["a kind that is empty", "kind: interruption", "kind:", ["1: kind: is empty"]],
    ["no kind", "kind: interruption\n", "", ["0: kind: is missing"]],
    ["a kind twice", "kind: interruption", "kind: end\nKIND: change", ["2: kind: is there twice"]],
    ["no moment", "2026-12-05 22:00", "soon", ["2: must be a moment in Paris such as 2026-12-05 22:00"]],
    ["a day that is none", "2026-12-05", "2026-02-30", ["2: must be a moment in Paris such as 2026-12-05 22:00"]],
    ["an hour that is none", "22:00", "24:00", ["2: must be a moment in Paris such as 2026-12-05 22:00"]],
    ["an end before its start", "ends: 2026-12-06", "ends: 2026-12-04", ["3: must be after starts"]],
    ["an end at its start", "ends: 2026-12-06 06:00", "ends: 2026-12-05 22:00", ["3: must be after starts"]],
    [
      "an unknown line",
      "subject-fr",
      "subject-de",
      ["0: subject-fr: is missing", "4: must begin with one of kind: starts: ends: subject-fr: subject-en:"],
    ],
    ["a long subject", "Work at night", "W".repeat(121), ["5: is too long: 120 characters at most"]],
    ["no English", "--- en ---", "", ['0: the line "--- en ---" and the English text are missing']],
    ["another site", "sera fermé", "est sur http://evil.example/x", [`7: ${foreign} http://evil.example/x`]],
    [
      "a site that begins alike",
      "Nothing",
      `${origin}.evil.example/ says nothing`,
      [`13: ${foreign} ${origin}.evil.example/`],
    ],
    ["a site without scheme", "Nothing", "www.evil.example says nothing", [`13: ${foreign} www.evil.example`]],
    [
      "an IBAN",
      "Nothing",
      "FR76 3000 4000 0312 3456 7890 143",
      ["13: holds what looks like a social security number or an IBAN"],
    ],
    ["a control character", "Nothing", "\u0007Nothing", ["13: holds a control character"]],
  ])("%s", (_name, from, to, faults) => {
    expect(file).toContain(from);
    expect(faultsOf(file.replace(from, to))).toEqual(faults);
  });

  test("what is past, −1 s, 0 and +1 s before its end", () => {
    const end = Date.parse("2026-12-06T06:00:00+01:00") / 1000;
    const at = (moment: number) => readNotice(file, { now: moment, ...ours }).ok;
    expect([at(end - 1), at(end), at(end + 1)]).toEqual([true, false, false]);
  });

  test("a change or an end that has begun; an interruption may be told while it lasts: −1 s, 0, +1 s", () => {
    const start = Date.parse("2026-12-05T22:00:00+01:00") / 1000;
    const at = (kind: string) =>
      [-1, 0, 1].map((second) => readNotice(file.replace("interruption", kind), { now: start + second, ...ours }).ok);
    expect(at("interruption")).toEqual([true, true, true]);
    expect(at("change")).toEqual([true, false, false]);
    expect(at("end")).toEqual([true, false, false]);
  });

  test("several at once, and files that are nothing at all", () => {
    expect(faultsOf(file.replace("interruption", "x").replace("22:00", "x"))).toHaveLength(2);
    for (const nothing of ["", "\n", "\n\n\n", "kind", "\0", file.replace(/\n\n/g, "\n")])
      expect(faultsOf(nothing).length).toBeGreaterThan(0);
    expect(faultsOf(file.replace(/\nVotre[^-]+---/, "\n\n---"))).toEqual(["0: the French text is missing"]);
    expect(faultsOf(file.replace(/Your account[\s\S]+/, ""))).toEqual(["0: the English text is missing"]);
  });

  test("a link of ours, and one with a full stop after it, is right", () => {
    expect(faultsOf(file.replace("Nothing", `See ${origin}/help. Or ${origin}/charter, or ${origin}`))).toEqual([]);
  });

  test.each([
    "javascript:alert(1)",
    "ftp://evil.example",
    "tel:+33899000000",
    "mailto:me@evil.example",
    "//evil.example/x",
    "\\\\evil.example",
    "evil.example",
    "Evil.Example/path",
    "(evil.example)",
    "«evil.example»",
    "evil。example",
    "ｅｖｉｌ．example",
    "ev\u00adil.ex\u200bample",
    "évil.example",
    "xn--vil-9la.xn--p1ai",
    "me@evil.example",
    "me@localhost",
    `${origin}@evil.example`,
    `${origin}\\@evil.example`,
    `${origin}.evil.example`,
    `${origin}evil`,
    `${origin}:8080/`,
    "www.smeno.com.evil.example",
    "contact@smeno.fr.evil.example",
    "xcontact@smeno.fr",
  ])("%s is of somebody else", (link) => {
    expect(faultsOf(file.replace("Nothing", `See ${link} for`))).toEqual([expect.stringContaining(`13: ${foreign}`)]);
    expect(faultsOf(file.replace("Work at night", link))).toEqual([expect.stringContaining(`5: ${foreign}`)]);
  });

  test.each([
    "www.smeno.com",
    "https://www.smeno.com/aide?x=1",
    "https://www.ameli.fr.",
    "contact@smeno.fr,",
    "mailto:oppositioncnil@smeno.fr",
    "tel:+33972676000",
    "09 72 67 60 00",
    "de 22:00 à 23:30, le 05.12.2026, e.g. 3.5 % ou 02.31.00.00.00",
    "Attention : voici",
    "art. 7, p. 3, M. X… et/ou n° 5",
  ])("%s is not", (words) => {
    expect(faultsOf(file.replace("Nothing", `See ${words} for`))).toEqual([]);
  });
});

test("a change or an end is short less than 30 days ahead, an interruption never: −1 s, 0, +1 s", () => {
  const days30 = now + 30 * 24 * 3600;
  const short = (kind: "change" | "interruption" | "end", startsAt: number) => isShort({ kind, startsAt }, now);
  for (const kind of ["change", "end"] as const)
    expect([short(kind, days30 - 1), short(kind, days30), short(kind, days30 + 1)]).toEqual([true, false, false]);
  expect(short("interruption", now + 1)).toBe(false);
});
