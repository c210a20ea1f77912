import type { KeptModel } from "../../domain/provisional-certificates.ts";
import { tFor } from "../../platform/i18n.ts";
import type { Organisation } from "../../platform/organisation.ts";
import type { CertificateBoxes } from "./rules.ts";

type Issued = { number: string; code: string; address: string };

/**
 * The provisional replacement certificate in the order and the words of its model (Decision S2 of 12 June 2009, Annex
 * 2), which is French whoever reads it; after it, the way to check it with the mutual alone.
 */
export function certificateModel(
  organisation: Organisation,
  boxes: CertificateBoxes,
  { number, code, address }: Issued,
): KeptModel {
  const t = tFor("fr");
  const cell = (label: string, value: string, share = 1) => ({ label, value, share });
  return {
    language: "fr",
    title: [t("ehic:model.title1"), t("ehic:model.title2"), t("ehic:model.title3")].join("\n"),
    author: organisation.name,
    footer: t("ehic:model.footer", { organisation: organisation.name, number, code }),
    hasModelTitle: true,
    blocks: [
      { kind: "paragraph", text: t("ehic:model.basis"), small: true, align: "center", italic: true },
      { kind: "paragraph", text: t("ehic:model.law"), small: true, align: "center" },
      { kind: "paragraph", text: t("ehic:model.stateLine"), align: "right" },
      { kind: "cells", rows: [[cell(t("ehic:model.form"), ""), cell(t("ehic:model.state"), "FR")]] },
      {
        kind: "cells",
        title: t("ehic:model.holder"),
        rows: [
          [cell(t("ehic:model.lastName"), boxes.lastName)],
          [cell(t("ehic:model.firstNames"), boxes.firstNames)],
          [cell(t("ehic:model.birth"), boxes.birth), cell(t("ehic:model.number"), boxes.number)],
        ],
      },
      {
        kind: "cells",
        title: t("ehic:model.institutionTitle"),
        rows: [[cell(t("ehic:model.institution"), boxes.institution)]],
      },
      {
        kind: "cells",
        title: t("ehic:model.cardTitle"),
        rows: [[cell(t("ehic:model.card"), boxes.card), cell(t("ehic:model.expires"), boxes.expires)]],
      },
      {
        kind: "cells",
        rows: [
          [
            cell(
              t("ehic:model.period"),
              [
                t("ehic:model.from", { day: boxes.from }),
                t("ehic:model.to", { day: boxes.to }),
                t("ehic:model.issued", { day: boxes.issued }),
              ].join("\n"),
            ),
            cell(t("ehic:model.signature"), organisation.fullName),
          ],
        ],
      },
      { kind: "paragraph", text: `${t("ehic:model.notes")}\n${t("ehic:model.notesText")}`, small: true },
      {
        kind: "qr",
        text: address,
        label: t("documents:verification.label"),
        lines: [
          t("ehic:model.check", { organisation: organisation.name }),
          t("documents:verification.code", { code }),
          t("documents:verification.where", { address }),
        ],
      },
    ],
  };
}
