import { coverOf } from "../../domain/cover.ts";
import { transmissionOf } from "../../domain/transmission.ts";
import { type Day, longDay, shortDay } from "../../lib/dates.ts";
import { maskNir } from "../../lib/nir.ts";
import type { PdfBlock, PdfColumn, PdfItem } from "../../platform/pdf.ts";
import type { Seal } from "../../platform/seal.ts";
import type { Contract, Guarantee, Insured, Owner } from "./queries.ts";
import { fullName } from "./rules.ts";
import { levelText, named, narrowPeriod, type Words } from "./words.ts";

type Input = {
  seal: Pick<Seal, "open">;
  owner: Owner;
  contract: Contract;
  people: Insured[];
  guarantees: Guarantee[];
  validTo: Day;
};

/** What the certificate of complementary cover says between its dates and the check of its code. */
export function mutualBlocks(words: Words, input: Input): PdfBlock[] {
  const { t, organisation } = words;
  const { owner, people, guarantees } = input;
  const isCovered = people.some(({ isSelf }) => isSelf === 1);
  const name = [titleText(owner.title), owner.firstNames, owner.usualName ?? owner.birthName].filter(Boolean).join(" ");
  const names = { name, organisation: organisation.name };
  return [
    {
      kind: "paragraph",
      text: isCovered ? t("documents:cover.attests", names) : t("documents:cover.attestsOther", names),
    },
    heading(t("documents:cover.contract")),
    { kind: "definitions", items: contractItems(words, input) },
    ...peopleBlocks(words, input, true),
    heading(t("documents:cover.guarantees")),
    ...guaranteeBlocks(words, guarantees),
    { kind: "paragraph", text: t("documents:cover.condition") },
  ];
}

/** The same of the third-party payment card: who is covered, and for what they pay nothing in advance. */
export function cardBlocks(words: Words, input: Input): PdfBlock[] {
  const { t, organisation } = words;
  const open = input.guarantees.filter(({ thirdParty }) => thirdParty === 1);
  const names = { organisation: organisation.name };
  return [
    { kind: "paragraph", text: t("documents:cover.cardIntro", names) },
    heading(t("documents:cover.contract")),
    { kind: "definitions", items: contractItems(words, input) },
    ...peopleBlocks(words, input, false),
    heading(t("documents:cover.cardActs")),
    open.length === 0
      ? { kind: "paragraph", text: t("documents:cover.noActs", names) }
      : {
          kind: "table",
          columns: guaranteeColumns(words).slice(0, 2),
          rows: open.map((one) => [one.label, levelText(words, one)]),
        },
  ];
}

const heading = (text: string): PdfBlock => ({ kind: "heading", level: 2, text });

const titles = new Map([
  ["M", "M."],
  ["MME", "Mme"],
]);

/** As it is written before a name; a title we do not know stays as it came. */
function titleText(title: string | null): string | null {
  return title === null ? null : (titles.get(title) ?? title);
}

function contractItems({ t, language, organisation }: Words, { owner, contract, validTo }: Input): PdfItem[] {
  const { from, to } = coverOf(contract);
  return [
    { term: t("documents:cover.organisation"), value: organisation.fullName },
    { term: t("documents:cover.amcNumber"), value: contract.amcNumber },
    { term: t("documents:cover.subscriber"), value: contract.subscriber },
    ...(owner.memberNumber === null ? [] : [{ term: t("documents:cover.memberNumber"), value: owner.memberNumber }]),
    { term: t("documents:cover.number"), value: contract.contractId },
    { term: t("documents:cover.product"), value: contract.productName, isFrench: true },
    { term: t("documents:cover.responsible"), value: t(contract.responsible ? "dossier:yes" : "dossier:no") },
    { term: t("documents:cover.starts"), value: longDay(from, language) },
    {
      term: t("documents:cover.ends"),
      value: to ? longDay(to, language) : t("documents:cover.openEnded", { day: longDay(validTo, language) }),
    },
  ];
}

/** Who is covered; of others of 16 or more, the name and the days alone. */
function peopleBlocks(words: Words, { seal, people }: Input, withNumbers: boolean): PdfBlock[] {
  const { t } = words;
  const statuses = t("dossier:transmission.statuses", { returnObjects: true });
  const columns: PdfColumn[] = [
    { title: t("documents:text.person"), share: 5 },
    { title: t("documents:text.birth"), share: 3 },
    ...(withNumbers ? [{ title: t("documents:text.nir"), share: 4 }] : []),
    { title: t("documents:cover.covered"), share: 4 },
    { title: t("documents:cover.transmission"), share: 4 },
  ];
  const rows = people.map((person) => {
    const transmission = transmissionOf(person);
    const isShown = person.isShown === 1;
    const nir = isShown && person.nirSealed !== null ? maskNir(seal.open("members.nir", person.nirSealed)) : undefined;
    return [
      `${fullName(person)}\n${t(`dossier:contract.links.${person.link}`)}`,
      isShown ? shortDay(person.birthDate) : "–",
      ...(withNumbers ? [isShown ? (nir ?? t("documents:text.unknown")) : "–"] : []),
      narrowPeriod(words, person.startsOn, person.endsOn),
      transmission ? named(statuses, transmission.status) : "–",
    ];
  });
  const hidden = people.some(({ isShown }) => isShown === 0);
  return [
    heading(t("documents:cover.people")),
    { kind: "table", columns, rows },
    ...(hidden ? [{ kind: "paragraph", text: t("documents:cover.ownFrom16"), small: true } as const] : []),
  ];
}

function guaranteeColumns({ t }: Words): PdfColumn[] {
  return [
    { title: t("dossier:guarantees.item"), share: 6, isFrench: true },
    { title: t("dossier:guarantees.level"), share: 5 },
    { title: t("dossier:guarantees.thirdParty"), share: 2 },
  ];
}

function guaranteeBlocks(words: Words, guarantees: Guarantee[]): PdfBlock[] {
  const { t } = words;
  if (guarantees.length === 0) return [{ kind: "paragraph", text: t("documents:cover.noGuarantees") }];
  const rows = guarantees.map((one) => [
    one.label,
    levelText(words, one),
    t(one.thirdParty ? "dossier:yes" : "dossier:no"),
  ]);
  return [
    { kind: "table", columns: guaranteeColumns(words), rows },
    { kind: "paragraph", text: t("documents:cover.help"), small: true },
  ];
}
