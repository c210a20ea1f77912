import { addressText } from "../../domain/postal-address.ts";
import { type Day, longDay, shortDay } from "../../lib/dates.ts";
import { formatNir, parseNir } from "../../lib/nir.ts";
import type { PdfBlock, PdfItem } from "../../platform/pdf.ts";
import type { Seal } from "../../platform/seal.ts";
import type { Owner } from "./queries.ts";
import { type Certifiable, fullName } from "./rules.ts";
import { named, narrowPeriod, periodText, type Words } from "./words.ts";

type Input = {
  seal: Pick<Seal, "open">;
  owner: Owner;
  /** The member's own rights: whose caisse it is. */
  own: Certifiable;
  people: Certifiable[];
  withExemptions: boolean;
  issuedOn: Day;
};

/** What the certificate of rights says between its dates and the check of its code. */
export function rightsBlocks(words: Words, { seal, owner, own, people, withExemptions, issuedOn }: Input): PdfBlock[] {
  const { t } = words;
  return [
    { kind: "paragraph", text: t("documents:rights.intro") },
    heading(t("documents:rights.body")),
    { kind: "definitions", items: bodyItems(words, own) },
    { kind: "paragraph", text: issuerText(words), small: true },
    heading(own.quality === 1 ? t("documents:rights.insured") : t("documents:rights.dependant")),
    { kind: "definitions", items: ownerItems(words, seal, owner, own) },
    heading(t("documents:rights.people")),
    {
      kind: "table",
      columns: [
        { title: t("documents:text.person"), share: 5 },
        { title: t("documents:rights.rank"), share: 3 },
        { title: t("documents:text.birth"), share: 4 },
        { title: t("documents:text.nir"), share: 5 },
        { title: t("documents:rights.period"), share: 4 },
      ],
      rows: people.map((person) => [
        fullName(person),
        t(`documents:rights.rankText.${person.quality === 1 ? "self" : "other"}`, {
          rank: String(person.rank).padStart(2, "0"),
        }),
        t("documents:text.birthText", { day: shortDay(person.birthDate), rank: person.birthRank }),
        nirText(words, seal, person),
        narrowPeriod(words, person.rightsFrom, person.rightsTo),
      ]),
    },
    ...(withExemptions ? exemptionBlocks(words, people, issuedOn) : []),
    { kind: "paragraph", text: t("documents:rights.photocopy"), small: true },
  ];
}

const heading = (text: string): PdfBlock => ({ kind: "heading", level: 2, text });

function bodyItems({ t, organisation }: Words, { scheme, fund, centre, fundName }: Certifiable): PdfItem[] {
  const schemes = t("dossier:rights.schemes", { returnObjects: true });
  const institution = { name: organisation.amoInstitution, code: organisation.amoInstitutionCode };
  return [
    { term: t("documents:rights.fund"), value: fundName, isFrench: true },
    { term: t("documents:rights.code"), value: `${scheme} ${fund} ${centre}` },
    { term: t("documents:rights.scheme"), value: named(schemes, scheme) },
    { term: t("documents:rights.institution"), value: t("documents:rights.institutionText", institution) },
  ];
}

function issuerText({ t, organisation }: Words): string {
  const { amoMode, fullName: name, address } = organisation;
  return t(`documents:rights.${amoMode}`, { organisation: name, address: address.join(", ") });
}

function ownerItems(words: Words, seal: Input["seal"], owner: Owner, own: Certifiable): PdfItem[] {
  const { t, language } = words;
  return [
    ...(own.quality === 1 || owner.holder === null
      ? []
      : [{ term: t("documents:rights.insuredName"), value: owner.holder }]),
    { term: t("documents:rights.birthName"), value: owner.birthName },
    ...(owner.usualName ? [{ term: t("documents:rights.usualName"), value: owner.usualName }] : []),
    { term: t("documents:rights.firstNames"), value: owner.firstNames },
    { term: t("documents:rights.birthDate"), value: longDay(owner.birthDate, language) },
    { term: t("documents:text.nir"), value: nirText(words, seal, own) },
    { term: t("documents:rights.address"), value: addressText(owner) || t("documents:text.unknown") },
    { term: t("documents:rights.doctor"), value: t(`documents:rights.doctors.${own.treatingDoctor}`) },
  ];
}

function nirText({ t }: Words, seal: Input["seal"], { nirSealed, nirProvisional }: Certifiable): string {
  if (nirSealed === null) return t("documents:text.unknown");
  const number = seal.open("members.nir", nirSealed);
  const nir = parseNir(number);
  const shown = nir ? formatNir(nir) : number;
  return nirProvisional === 1 ? t("documents:text.provisional", { nir: shown }) : shown;
}

/** Exemptions that are paid at the full rate whatever the care. */
const fullRate: readonly string[] = ["ALD", "MATERNITE"];

function exemptionBlocks(words: Words, people: Certifiable[], today: Day): PdfBlock[] {
  const { t } = words;
  const names = t("dossier:rights.exemptions", { returnObjects: true });
  const title = heading(t("documents:rights.exemptions"));
  const rows = people.flatMap((person) => {
    const { exemptionCode: code, exemptionFrom: from, exemptionTo: to } = person;
    if (code === null || (from !== null && from > today) || (to !== null && to < today)) return [];
    const exemption = named(names, code);
    const kind = fullRate.includes(code) ? t("documents:rights.fullRate", { exemption }) : exemption;
    return [[fullName(person), kind, periodText(words, from, to) ?? t("documents:text.unknown")]];
  });
  if (rows.length === 0) return [title, { kind: "paragraph", text: t("documents:rights.noExemption") }];
  const columns = [
    { title: t("documents:text.person"), share: 2 },
    { title: t("documents:rights.exemption"), share: 3 },
    { title: t("documents:rights.exemptionPeriod"), share: 3 },
  ];
  return [title, { kind: "table", columns, rows }];
}
