import type words from "../../../locales/fr/forms.json";

/** The forms that a member prints, in the order of the guide. */
export const formNames = ["vitale", "doctor", "accident"] as const;
export type FormName = (typeof formNames)[number];

/** What is asked is named by its words. */
export type TextId = keyof typeof words.texts;
type ChoiceId = keyof typeof words.choices;
type OptionId = keyof typeof words.options;
type FrameId = keyof typeof words.frames;
type NoteId = keyof typeof words.notes;

/** A line or some lines to write; `share` is its width beside its neighbours. */
type Text = { id: TextId; share: number; lines: number };
type Question =
  | { ask: "texts"; texts: Text[] }
  /** Circles of which one is chosen, or squares to tick. */
  | { ask: "choice"; id: ChoiceId; isMany: boolean; options: OptionId[] }
  /** What is written by hand. */
  | { ask: "frames"; ids: FrameId[] }
  /** A sentence to read, that the signature is about. */
  | { ask: "note"; id: NoteId };
export type Section = { id: keyof typeof words.sections; questions: Question[] };

const text = (id: TextId, share = 1, lines = 1): Text => ({ id, share, lines });
const row = (...texts: Text[]): Question => ({ ask: "texts", texts });
const lines = (id: TextId, count: number): Question => row(text(id, 1, count));
const one = (id: ChoiceId, ...options: OptionId[]): Question => ({ ask: "choice", id, isMany: false, options });
const several = (id: ChoiceId, ...options: OptionId[]): Question => ({ ask: "choice", id, isMany: true, options });
const frames = (...ids: FrameId[]): Question => ({ ask: "frames", ids });
const note = (id: NoteId): Question => ({ ask: "note", id });

/** Who somebody is: what the portal knows of them stands here. */
const identity = [row(text("birthName"), text("usualName")), row(text("firstNames", 2), text("birthDate"))];
const insured: Section = { id: "insured", questions: [row(text("insuredName"), text("insuredNir"))] };
const fund: Section = { id: "fund", questions: [row(text("fundName", 3), text("fundCode"))] };
const signed = row(text("doneAt", 2), text("doneOn"));

/** Every question of each form, section by section, in the order they are asked. */
export const forms: Record<FormName, Section[]> = {
  vitale: [
    { id: "bearer", questions: [...identity, row(text("nir"), text("cardNumber")), lines("address", 3)] },
    insured,
    fund,
    {
      id: "event",
      questions: [
        one("reason", "perte", "vol", "dysfonctionnement"),
        row(text("eventDate"), text("eventPlace", 2)),
        lines("fault", 2),
        row(text("professional")),
      ],
    },
    { id: "theft", questions: [row(text("complaintDate"), text("complaintNumber", 2))] },
    {
      id: "honour",
      questions: [note("honour"), note("found"), note("penalty"), signed, frames("signatureBearer")],
    },
  ],
  doctor: [
    { id: "patient", questions: [...identity, row(text("nir")), lines("address", 3)] },
    insured,
    fund,
    {
      id: "doctor",
      questions: [row(text("doctorName")), row(text("doctorNumber")), lines("doctorAddress", 2), frames("stamp")],
    },
    {
      id: "choice",
      questions: [
        note("chooses"),
        note("accepts"),
        note("penalty"),
        signed,
        frames("signaturePatient", "signatureDoctor"),
      ],
    },
  ],
  accident: [
    {
      id: "victim",
      questions: [
        ...identity,
        row(text("nir"), text("memberNumber")),
        row(text("contract"), text("fundName")),
        row(text("phone"), text("email", 2)),
        lines("address", 3),
      ],
    },
    {
      id: "accident",
      questions: [
        row(text("accidentDate"), text("accidentTime"), text("accidentPlace", 2)),
        one(
          "accidentKind",
          "traffic",
          "sport",
          "school",
          "assault",
          "animal",
          "fall",
          "medical",
          "daily",
          "work",
          "otherKind",
        ),
        lines("circumstances", 5),
      ],
    },
    {
      id: "injuries",
      questions: [
        lines("injuries", 2),
        one("certificate", "yes", "no"),
        one("stop", "yes", "no"),
        row(text("stopFrom"), text("stopTo")),
        one("hospital", "yes", "no"),
        row(text("hospitalName", 2), text("hospitalDates")),
      ],
    },
    { id: "care", questions: [lines("otherCare", 2)] },
    {
      id: "third",
      questions: [
        row(text("thirdName", 2), text("thirdPlate")),
        lines("thirdAddress", 2),
        row(text("thirdInsurer"), text("thirdContract")),
      ],
    },
    { id: "insurance", questions: [row(text("ownInsurer"), text("ownContract")), row(text("otherCover"))] },
    {
      id: "proof",
      questions: [
        lines("witnesses", 2),
        several("report", "police", "agreed"),
        row(text("reportNumber")),
        one("complaint", "yes", "no"),
        one("responsibility", "onlyThird", "shared", "onlyOwn", "unknown"),
      ],
    },
    { id: "signed", questions: [note("truth"), note("recourse"), signed, frames("signatureVictim")] },
  ],
};
