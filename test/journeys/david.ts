import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createFeedWriter } from "../../src/feeds/demo/feed-writer.ts";
import { addDays, type Day, parisDay } from "../../src/lib/dates.ts";
import { newFolder, productFolder } from "../kit/server.ts";

type Person = { id: string; number: string; nir: string; birthName: string; email: string; phone: string };

/** The demo's member who has an invitation and nothing else yet. */
export const david = (
  JSON.parse(readFileSync(join(productFolder, "db", "demo", "people.json"), "utf8")) as Person[]
).find(({ number }) => number === "10000004")!;

/** A feed folder with David's first reimbursements: a consultation paid by both payers, and medicine. */
export function davidsFirstFeed(): string {
  const folder = newFolder();
  const today = parisDay(Date.now());
  const [care, amo, amc] = [-12, -6, -3].map((days) => addDays(today, days)) as [Day, Day, Day];
  const feed = createFeedWriter(folder, today, "journey");
  const payment = { personne_id: david.id, nature: "REMBOURSEMENT_SOINS", destinataire: "assure", statut: "emis" };
  feed.write("paiements", { ...payment, paiement_id: "J-AMO", payeur: "AMO", date_mandat: amo, montant_cents: 2179 });
  feed.write("paiements", { ...payment, paiement_id: "J-AMC", payeur: "AMC", date_mandat: amc, montant_cents: 1104 });
  const line = {
    paiement_amo_id: "J-AMO",
    paiement_amc_id: "J-AMC",
    beneficiaire_id: david.id,
    soin_debut: care,
    quantite: 1,
    dest_amo: "assure",
    dest_amc: "assure",
    type: "NORMALE",
  };
  feed.write("lignes", {
    ...line,
    ligne_id: "J-1",
    ps_nom: "Dr Hélène D’Hondt",
    ps_specialite: "Médecine générale",
    code_acte: "G",
    libelle: "Consultation médecine générale",
    depense_cents: 3000,
    br_cents: 3000,
    taux: 7000,
    amo_brut_cents: 2100,
    pf_cents: 200,
    franchise_cents: 0,
    amo_verse_cents: 1900,
    amc_cents: 900,
    reste_cents: 200,
    parcours: "O",
  });
  feed.write("lignes", {
    ...line,
    ligne_id: "J-2",
    ps_nom: "Pharmacie de l’Hôtel-de-Ville",
    ps_specialite: "Pharmacie",
    code_acte: "PH7",
    libelle: "Médicament remboursé à 65 %",
    depense_cents: 583,
    br_cents: 583,
    taux: 6500,
    amo_brut_cents: 379,
    pf_cents: 0,
    franchise_cents: 100,
    amo_verse_cents: 279,
    amc_cents: 204,
    reste_cents: 100,
    parcours: "I",
  });
  feed.finish();
  return folder;
}
