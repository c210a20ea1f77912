import type { Organisation } from "../../platform/organisation.ts";
import { TooBusyError } from "../../platform/passwords.ts";
import { type PdfModel, renderPdf } from "../../platform/pdf.ts";
import { formDocument, modelOf } from "./document.ts";
import type { FormName } from "./questions.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** At some twenty milliseconds each, whoever is the last waits two seconds. */
const mostWaiting = 100;

/** Under what name each form is kept by who downloads it: never whose it is. */
export const fileNames: Record<FormName, string> = {
  vitale: "declaration-carte-vitale.pdf",
  doctor: "choix-medecin-traitant.pdf",
  accident: "declaration-accident.pdf",
};

/** Draws forms: a blank one once for the life of the process, the same bytes in each. */
export function createFormFiles(organisation: Organisation) {
  const blanks = new Map<FormName, Promise<Bytes>>();
  let waiting = 0;

  const drawBlank = (form: FormName): Promise<Bytes> => {
    const made = { now: Date.parse(`${modelOf}T00:00:00Z`), id: `${form} ${modelOf}` };
    const drawn = renderPdf(formDocument(form, organisation), made);
    // One that failed is tried again.
    drawn.catch(() => blanks.delete(form));
    blanks.set(form, drawn);
    return drawn;
  };

  return {
    blank: (form: FormName): Promise<Bytes> => blanks.get(form) ?? drawBlank(form),
    /**
     * @param now when it is asked for (milliseconds).
     * @throws TooBusyError when too many are waiting to be drawn.
     */
    async filled(model: PdfModel, now: number): Promise<Bytes> {
      if (waiting >= mostWaiting) throw new TooBusyError();
      waiting++;
      try {
        return await renderPdf(model, { now, id: JSON.stringify(model) });
      } finally {
        waiting--;
      }
    },
  };
}
