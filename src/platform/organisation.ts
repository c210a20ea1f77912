import * as z from "zod";

const line = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => !/[\r\n]/.test(text), "must be one line");
const email = z.email("must be an e-mail address");
const website = z.url("must be a web address");

/** The mutual that runs the portal: what its pages, mails and documents say of it (ORGANISATION_FILE). */
export const organisationSchema = z.strictObject({
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
  amoInstitutionCode: line,
  amcNumber: z.string().regex(/^\d{8,10}$/, "must be 8 to 10 digits"),
  siren: z.string().regex(/^\d{9}$/, "must be 9 digits"),
  colour: z
    .string()
    .regex(/^#[0-9a-fA-F]{6}$/, "must be a colour such as #003d7c")
    .optional(),
});

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
  amoMode: "relayed",
  amoInstitution: "CPAM",
  amoInstitutionCode: "01",
  amcNumber: "00000000",
  siren: "000000000",
};
