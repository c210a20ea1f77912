import type { CertificateKind, Issued } from "../../domain/certificates.ts";
import { type Day, longDay } from "../../lib/dates.ts";
import type { PdfBlock, PdfModel } from "../../platform/pdf.ts";
import { inLatin } from "../../platform/pdf-latin.ts";
import type { Words } from "./words.ts";

/** A certificate before it has a number: what makes it this one and no other. */
export type Body = Pick<PdfModel, "language" | "title" | "author"> & {
  letterhead: { name: string; lines: string[] };
  validTo: Day;
  blocks: PdfBlock[];
};

/** The words of a certificate, in Latin letters. */
export function bodyOf(
  { t, language, organisation }: Words,
  kind: CertificateKind,
  { validTo, blocks }: { validTo: Day; blocks: PdfBlock[] },
): Body {
  const { name, fullName, address, phone, website, siren } = organisation;
  const { latin, isTranscribed } = inLatin(blocks);
  const note: PdfBlock = { kind: "paragraph", text: t("documents:text.transcribed"), small: true };
  return {
    language,
    title: t(`documents:kinds.${kind}.title`),
    author: name,
    letterhead: {
      name: fullName,
      lines: [address.join(", "), t("documents:text.phone", { phone }), website, t("documents:text.siren", { siren })],
    },
    validTo,
    blocks: isTranscribed ? [...latin, note] : latin,
  };
}

/** The whole document: the body with its number and dates before it, and the way to check it after it. */
export function documentOf(
  { t, language, organisation }: Words,
  body: Body,
  issued: Issued,
  address: string,
): PdfModel {
  const { number, code, issuedOn } = issued;
  const validity = { from: longDay(issuedOn, language), to: longDay(body.validTo, language) };
  return {
    language,
    title: body.title,
    author: body.author,
    footer: t("documents:text.footer", { organisation: organisation.name, number }),
    pageOf: (page, pages) => t("documents:text.pageOf", { page, pages }),
    letterhead: body.letterhead,
    blocks: [
      {
        kind: "definitions",
        items: [
          { term: t("documents:text.issuedOn"), value: longDay(issuedOn, language) },
          { term: t("documents:text.validity"), value: t("documents:text.fromTo", validity) },
          { term: t("documents:text.number"), value: number },
        ],
      },
      ...body.blocks,
      { kind: "heading", level: 2, text: t("documents:verification.title") },
      {
        kind: "qr",
        text: address,
        label: t("documents:verification.label"),
        lines: [
          t("documents:verification.what"),
          t("documents:verification.code", { code }),
          t("documents:verification.where", { address }),
        ],
      },
    ],
  };
}
