import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { productRoot } from "../../platform/config.ts";
import { isRelativeDay } from "./relative-day.ts";

const day = z.string().refine(isRelativeDay, "must be a date such as -40d, month-2m or 2003-05-17");
const personId = z.string().regex(/^P\d{4}$/);
const cents = z.int();
const usage = z.enum(["prestations_amo", "prestations_amc", "cotisations"]);
const yesNo = z.enum(["O", "N", "I"]);

const personSchema = z.strictObject({
  id: personId,
  /** Why this person is in the demo, for whoever reads the file. */
  situation: z.string(),
  number: z.string().optional(),
  affiliate: z.string().optional(),
  /** 13 characters; AAMM stands for the year and month of a relative birth date. */
  nir: z.string().length(13).optional(),
  title: z.enum(["M", "MME"]),
  birthName: z.string(),
  usualName: z.string().optional(),
  firstNames: z.string(),
  birth: day,
  rank: z.int().default(1),
  email: z.string().optional(),
  phone: z.string().optional(),
  address: z.array(z.string().max(38)).length(6),
  country: z.string().length(2).default("FR"),
  joined: day.optional(),
  deceased: z.boolean().default(false),
  /** Who is paid for this person's care, when it is someone else. */
  payee: personId.optional(),
  amo: z
    .strictObject({
      scheme: z.string().default("01"),
      fund: z.string().default("595"),
      centre: z.string().default("1234"),
      fundName: z.string().default("CPAM de Lille-Douai"),
      holder: personId.optional(),
      quality: z.int().default(1),
      rank: z.int().default(1),
      from: day.default("month-40m"),
      to: day.default("month+14m-1d"),
      doctor: yesNo.default("O"),
      exemption: z.strictObject({ code: z.enum(["ALD", "C2S", "MATERNITE"]), from: day, to: day }).optional(),
    })
    .optional(),
  /** `FR` is an account made up from the person's number. */
  bank: z
    .array(
      z.strictObject({
        usages: z.array(usage),
        iban: z.string(),
        bic: z.string().optional(),
        holder: z.string().optional(),
      }),
    )
    .default([]),
  cards: z
    .array(
      z.strictObject({
        number: z.string(),
        status: z.string(),
        reason: z.string().optional(),
        on: day,
        issued: day.optional(),
        sent: day.optional(),
      }),
    )
    .default([]),
  ehic: z
    .array(
      z.strictObject({
        id: z.string(),
        status: z.string(),
        card: z.string().optional(),
        expires: day.optional(),
        reason: z.string().optional(),
      }),
    )
    .default([]),
  /** The professionals this person always goes to, by kind. */
  providers: z.record(z.string(), z.string()).default({}),
  /** How much care three years bring. */
  care: z.enum(["none", "light", "ordinary", "rich", "chronic"]).default("none"),
});

const contractSchema = z.strictObject({
  id: z.string(),
  product: z.string(),
  from: day,
  to: day.optional(),
  /** The last day whose care is paid, when it is not the end of the contract. */
  paysUntil: day.optional(),
  status: z.enum(["actif", "suspendu", "resilie", "a_venir"]),
  periodicity: z.enum(["mensuelle", "trimestrielle", "annuelle"]),
  mode: z.enum(["prelevement", "cb", "cheque"]),
  unpaid: z.boolean().default(false),
  members: z.array(
    z.strictObject({
      id: personId,
      link: z.enum(["assure", "conjoint", "enfant", "autre"]),
      noemie: z.enum(["en_attente", "active", "rejetee", "signalee"]),
      code: z.string().optional(),
      on: day.optional(),
    }),
  ),
});

const productSchema = z.strictObject({
  code: z.string(),
  label: z.string(),
  monthlyCents: cents,
  guarantees: z.array(
    z.strictObject({
      item: z.string(),
      label: z.string(),
      level: z.int().optional(),
      allowanceCents: cents.optional(),
      period: z.string().optional(),
      thirdParty: z.boolean(),
    }),
  ),
});

const paymentSchema = z.strictObject({
  on: day,
  to: z.enum(["assure", "professionnel", "tiers"]).default("assure"),
  status: z.enum(["emis", "rejete", "annule"]).default("emis"),
  nature: z.string().optional(),
  mode: z.string().optional(),
  /** Only where no line explains the payment. */
  cents: cents.optional(),
});

const statementSchema = z.strictObject({
  id: z.string(),
  situation: z.string(),
  payee: personId,
  beneficiary: personId.optional(),
  provider: z.string().optional(),
  specialty: z.string().optional(),
  amo: paymentSchema.optional(),
  amc: paymentSchema.optional(),
  lines: z.array(
    z.strictObject({
      id: z.string(),
      provider: z.string().optional(),
      specialty: z.string().optional(),
      care: day,
      careTo: day.optional(),
      code: z.string(),
      label: z.string(),
      quantity: z.int().default(1),
      expense: cents,
      base: cents.optional(),
      rate: z.int().optional(),
      gross: cents.optional(),
      pf: cents.default(0),
      franchise: cents.default(0),
      paid: cents.optional(),
      amc: cents.optional(),
      rest: cents.optional(),
      pathway: yesNo.default("O"),
      type: z.enum(["NORMALE", "ANNULATION", "CORRECTION", "DEDUCTION"]).default("NORMALE"),
      origin: z.string().optional(),
    }),
  ),
});

const providersSchema = z.record(
  z.string(),
  z.strictObject({ specialty: z.string(), names: z.array(z.string()).min(1) }),
);

export type DemoPerson = z.infer<typeof personSchema>;
export type DemoContract = z.infer<typeof contractSchema>;
export type DemoProduct = z.infer<typeof productSchema>;
export type DemoStatement = z.infer<typeof statementSchema>;
export type DemoData = {
  people: DemoPerson[];
  contracts: DemoContract[];
  products: DemoProduct[];
  statements: DemoStatement[];
  providers: z.infer<typeof providersSchema>;
};

/**
 * The hand-written part of the demo, from `db/demo`.
 * @throws when a file does not have its shape: it is part of the product.
 */
export function readDemoData(folder = join(productRoot, "db", "demo")): DemoData {
  const read = <T>(name: string, schema: z.ZodType<T>) =>
    schema.parse(JSON.parse(readFileSync(join(folder, name), "utf8")));
  return {
    people: read("people.json", z.array(personSchema)),
    contracts: read("contracts.json", z.array(contractSchema)),
    products: read("products.json", z.array(productSchema)),
    statements: read("statements.json", z.array(statementSchema)),
    providers: read("providers.json", providersSchema),
  };
}
