import * as z from "zod";

const line = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => !/[\r\n]/.test(text), "must be one line");
const email = z.email("must be an e-mail address");
const website = z.url({ protocol: /^https?$/, error: "must be a web address" });

const fields = z.strictObject({
  name: line,
  fullName: line,
  serviceName: line,
  phone: line,
  phoneLink: z.string().regex(/^\+?\d+$/, "must be digits, as dialled"),
  address: z.array(line).min(1).max(6),
  privacyAddress: z.array(line).min(1).max(6),
  privacyEmail: email,
  contactEmail: email,
  mailFrom: line,
  website,
  amoMode: z.enum(["delegated", "relayed"]),
  amoInstitution: line,
  amoInstitutionCode: z.string().regex(/^\d{4,10}$/, "must be 4 to 10 digits"),
  /** Before the code, in box 7 of the European certificate. */
  amoAcronym: line.max(15, "must have 15 characters at most"),
  /** The caisse, for what it answers itself. */
  amoWebsite: website.default("https://www.ameli.fr"),
  /** How long before a departure a European card is to be asked for. */
  ehicDelayDays: z.int().min(1).max(90).default(20),
  amcNumber: z.string().regex(/^\d{8,10}$/, "must be 8 to 10 digits"),
  siren: z.string().regex(/^\d{9}$/, "must be 9 digits"),
  colour: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/, "must be a colour such as #003d7c")
    .optional(),
});

/** Box 7 of the European card has room for 25 characters. */
const longestInstitution = 25;

/** The mutual that runs the portal: what its pages, mails and documents say of it (ORGANISATION_FILE). */
export const organisationSchema = fields.refine(
  (organisation) => ehicInstitution(organisation).length <= longestInstitution,
  { path: ["amoAcronym"], message: `must have, with amoInstitutionCode, ${longestInstitution} characters at most` },
);

/** The institution as the European card names it: its acronym and its national code. */
export function ehicInstitution({
  amoAcronym,
  amoInstitutionCode,
}: Pick<z.infer<typeof fields>, "amoAcronym" | "amoInstitutionCode">): string {
  return `${amoAcronym} ${amoInstitutionCode}`;
}

export type Organisation = z.infer<typeof organisationSchema>;

export const builtInOrganisation: Organisation = {
  name: "SMENO",
  fullName: "Société mutualiste des étudiants du Nord-Ouest",
  serviceName: "Espace Personnel",
  phone: "09 72 67 60 00",
  phoneLink: "+33972676000",
  address: ["SMENO", "CS 90027", "59 040 LILLE CEDEX"],
  privacyAddress: ["SMENO, département Informatique et Libertés", "CS 90027", "59 040 LILLE CEDEX"],
  privacyEmail: "oppositioncnil@smeno.fr",
  contactEmail: "contact@smeno.fr",
  mailFrom: "SMENO Espace Personnel <espace-personnel@smeno.fr>",
  website: "https://www.smeno.com",
  amoMode: "delegated",
  amoInstitution: "SMENO",
  amoInstitutionCode: "015950617",
  amoAcronym: "SMENO",
  amoWebsite: "https://www.ameli.fr",
  ehicDelayDays: 20,
  amcNumber: "00000000",
  siren: "000000000",
};
