import { type Day, longDay, shortDay } from "../../lib/dates.ts";
import { type T, tFor } from "../../platform/i18n.ts";
import type { Organisation } from "../../platform/organisation.ts";
import type { PdfBlock, PdfModel } from "../../platform/pdf.ts";
import { inLatin } from "../../platform/pdf-latin.ts";
import { undrawable } from "../../platform/pdf-text.ts";
import type { Filled } from "./answers.ts";
import type { Care } from "./queries.ts";
import { type FormName, forms, type Section } from "./questions.ts";

/** When the forms were last changed: printed on each, and what makes the blank ones the same bytes until then. */
export const modelOf: Day = "2026-11-23";

const frameHeight = 56;

/** A form on paper, in French: blank, or with what is known of somebody printed in its boxes, in Latin letters. */
export function formDocument(form: FormName, organisation: Organisation, known?: Filled): PdfModel {
  const t = tFor("fr");
  const title = t(`forms:pdf.title.${form}`);
  const { filled, notes } = known ? printed(t, known) : { notes: [] };
  return {
    language: "fr",
    title,
    author: organisation.name,
    letterhead: { name: organisation.fullName, lines: [organisation.address.join(", "), organisation.phone] },
    footer: t("forms:pdf.footer", {
      organisation: organisation.name,
      form: t(`forms:names.${form}`),
      day: longDay(modelOf, "fr"),
    }),
    pageOf: (page, pages) => t("forms:pdf.pageOf", { page, pages }),
    blocks: [
      { kind: "paragraph", text: t(`forms:pdf.basis.${form}`), small: true },
      { kind: "paragraph", text: t("forms:pdf.send", { where: whereTo(t, form, organisation, filled) }), small: true },
      { kind: "paragraph", text: t("forms:pdf.join", { what: t(`forms:join.${form}`) }), small: true },
      ...notes.map((text): PdfBlock => ({ kind: "paragraph", text, small: true })),
      ...forms[form].flatMap((section) => sectionBlocks(t, section, filled)),
    ],
  };
}

/** What can be printed of what is known: an answer with a sign that is in no font is left to fill in. */
function printed(t: T, known: Filled): { filled: Filled; notes: string[] } {
  const { latin, isTranscribed } = inLatin(known);
  const isDrawn = (value: unknown) => undrawable(value) === undefined;
  const filled: Filled = {
    ...latin,
    answers: Object.fromEntries(Object.entries(latin.answers).filter(([, text]) => isDrawn(text))),
    fund: isDrawn(latin.fund) ? latin.fund : undefined,
    care: latin.care.filter(isDrawn),
  };
  const notes = [
    t("forms:known"),
    ...(isTranscribed ? [t("documents:text.transcribed")] : []),
    ...(isDrawn(latin) ? [] : [t("forms:leftOut")]),
  ];
  return { filled, notes };
}

/** Where a signed form goes, in words; to whom is known of a person whose form is filled in. */
export function whereTo(
  t: T,
  form: FormName,
  { amoMode, address, fullName }: Organisation,
  filled?: Pick<Filled, "fund" | "hasContract">,
): string {
  const place = [fullName, ...address].join(", ");
  const fund = filled?.fund ?? "";
  if (form === "accident") {
    if (!filled || filled.hasContract || amoMode === "delegated") return t("forms:send.both", { place });
    return fund ? t("forms:send.fundNamedAndMutual", { fund }) : t("forms:send.fundAndMutual");
  }
  if (amoMode === "delegated") return t("forms:send.delegated", { place });
  return fund ? t("forms:send.fundNamed", { fund }) : t("forms:send.fund");
}

function sectionBlocks(t: T, { id, questions }: Section, filled: Filled | undefined): PdfBlock[] {
  const section = t(`forms:sections.${id}`);
  const name = (words: string) => fieldName(`${section} ${words}`);
  const blocks = questions.map((question): PdfBlock => {
    if (question.ask === "note") return { kind: "paragraph", text: t(`forms:notes.${question.id}`) };
    if (question.ask === "frames") {
      const frames = question.ids.map((frame) => ({ label: t(`forms:frames.${frame}`), share: 1 }));
      return { kind: "frames", frames, height: frameHeight };
    }
    if (question.ask === "choice") {
      const label = t(`forms:choices.${question.id}`);
      const options = question.options.map((option) => t(`forms:options.${option}`));
      return choice(label, section, question.isMany, options);
    }
    const boxes = question.texts.map(({ id: asked, share, lines }) => {
      const label = t(`forms:texts.${asked}`);
      return {
        label,
        share,
        lines,
        name: name(label),
        tooltip: `${section} : ${label}`,
        value: filled?.answers[asked],
      };
    });
    return { kind: "boxes", boxes };
  });
  const care = id === "care" && filled && filled.care.length > 0 ? [careBlock(t, section, filled.care)] : [];
  return [{ kind: "heading", level: 2, text: section }, ...care, ...blocks];
}

function choice(label: string, section: string, isMany: boolean, options: string[]): PdfBlock {
  return {
    kind: "choice",
    label,
    isMany,
    name: fieldName(`${section} ${label}`),
    tooltip: `${section} : ${label}`,
    options: options.map((option) => ({ value: fieldName(option), label: option })),
  };
}

/** Care that may come from the accident: its numbers make the names of the fields, not what was treated. */
function careBlock(t: T, section: string, care: Care[]): PdfBlock {
  const label = t("forms:choices.linkedCare");
  const options = care.map(({ day, label: act, provider }) =>
    [shortDay(day), act, provider].filter(Boolean).join(" – "),
  );
  const block = choice(label, section, true, options);
  if (block.kind !== "choice") return block;
  return { ...block, options: block.options.map((option, index) => ({ ...option, value: `soin_${index + 1}` })) };
}

const longestName = 90;

/** `titulaire_de_la_carte_nom_de_naissance`: ASCII, from the words that stand on the paper. */
function fieldName(words: string): string {
  return words
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_|_$/g, "")
    .slice(0, longestName);
}
