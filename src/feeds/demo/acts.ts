import type { Tariff } from "./tariffs.ts";

/** An act of the nomenclature: its ordinary rate, the item of the guarantee that covers it, what is kept back for it. */
export type Act = {
  code: string;
  label: string;
  /** Hundredths of a percent. */
  rate: number;
  item: string;
  keeps?: Extract<Tariff, "participation" | "franchiseBox" | "franchiseSession" | "franchiseTransport">;
  /** Paid in full by any complementary contract: 100 % Santé baskets and hospital charges. */
  fullyCovered?: true;
  /** Its rate depends on the care pathway. */
  inPathway?: true;
  /** At 100 % for those with a long illness. */
  illness?: true;
};

export const acts = {
  consultation: {
    code: "G",
    label: "Consultation médecine générale",
    rate: 7000,
    item: "soins_courants",
    keeps: "participation",
    inPathway: true,
    illness: true,
  },
  teleconsultation: {
    code: "TCG",
    label: "Téléconsultation généraliste",
    rate: 7000,
    item: "soins_courants",
    keeps: "participation",
    illness: true,
  },
  specialist: {
    code: "CS",
    label: "Consultation spécialiste (secteur 2)",
    rate: 7000,
    item: "specialistes",
    keeps: "participation",
    inPathway: true,
  },
  medicine65: {
    code: "PH7",
    label: "Médicament remboursé à 65 %",
    rate: 6500,
    item: "pharmacie",
    keeps: "franchiseBox",
    illness: true,
  },
  medicine30: {
    code: "PH4",
    label: "Médicament remboursé à 30 %",
    rate: 3000,
    item: "pharmacie",
    keeps: "franchiseBox",
    illness: true,
  },
  medicine15: {
    code: "PH2",
    label: "Médicament remboursé à 15 %",
    rate: 1500,
    item: "pharmacie",
    keeps: "franchiseBox",
    illness: true,
  },
  analysis: {
    code: "B",
    label: "Analyses de biologie médicale",
    rate: 6000,
    item: "analyses",
    keeps: "participation",
    illness: true,
  },
  bloodSample: { code: "TB", label: "Prélèvement sanguin", rate: 6000, item: "analyses" },
  radiography: {
    code: "ADI",
    label: "Radiographie d’une articulation",
    rate: 7000,
    item: "analyses",
    keeps: "participation",
  },
  scaling: { code: "SDE", label: "Détartrage complet", rate: 6000, item: "dentaire" },
  cavity: { code: "SDE", label: "Soin d’une carie sur une face", rate: 6000, item: "dentaire" },
  crown: {
    code: "PF0",
    label: "Couronne céramo-métallique, panier 100 % Santé",
    rate: 6000,
    item: "dentaire",
    fullyCovered: true,
  },
  physiotherapy: {
    code: "AMS",
    label: "Rééducation de l’épaule",
    rate: 6000,
    item: "auxiliaires",
    keeps: "franchiseSession",
  },
  nursing: { code: "AMI", label: "Injection à domicile", rate: 6000, item: "auxiliaires", keeps: "franchiseSession" },
  frame: { code: "M03", label: "Monture de classe B", rate: 6000, item: "optique" },
  rightLens: { code: "VU1", label: "Verre unifocal de classe B, œil droit", rate: 6000, item: "optique" },
  leftLens: { code: "VU1", label: "Verre unifocal de classe B, œil gauche", rate: 6000, item: "optique" },
  osteopathy: { code: "HN", label: "Séance d’ostéopathie", rate: 0, item: "medecines_douces" },
  stay: { code: "GHS", label: "Frais de séjour", rate: 10_000, item: "hospitalisation" },
  costlyAct: {
    code: "PAS",
    label: "Participation de l’assuré sur acte lourd",
    rate: 0,
    item: "hospitalisation",
    fullyCovered: true,
  },
  hospitalDay: { code: "FJ", label: "Forfait journalier", rate: 0, item: "hospitalisation", fullyCovered: true },
  privateRoom: { code: "CPC", label: "Chambre particulière", rate: 0, item: "chambre_particuliere" },
  emergencyVisit: {
    code: "FPU",
    label: "Forfait patient urgences",
    rate: 0,
    item: "hospitalisation",
    fullyCovered: true,
  },
  taxi: {
    code: "TXI",
    label: "Taxi conventionné, aller et retour",
    rate: 5500,
    item: "transport",
    keeps: "franchiseTransport",
  },
} as const satisfies Record<string, Act>;
