import type { Provisional } from "../../domain/provisional-certificates.ts";
import { longDay } from "../../lib/dates.ts";
import type { BlockWords } from "../../web/ui/data-block.tsx";
import { DocumentBody } from "../../web/ui/document.tsx";
import { urls } from "../../web/urls.ts";

type Props = { words: BlockWords; title: string; certificate: Provisional };

/** The provisional certificate to read and to print, with its PDF beside it; the document is French, as its model is. */
export function ProvisionalCertificate({ words: { t, language, organisation }, title, certificate }: Props) {
  const { number, state, validTo, model } = certificate;
  const again = t(`ehic:certificate.again.${organisation.amoMode}`);
  return (
    <>
      <p class="unprinted">
        <a href={urls.ehic}>{t("ehic:title")}</a>
      </p>
      <h1 class={state === "revoked" ? undefined : "unprinted"}>{title}</h1>
      {state === "expired" && (
        <p class="flag">
          {t("ehic:certificate.expired", { day: longDay(validTo, language) })} {again}
        </p>
      )}
      {state === "revoked" ? (
        <p class="flag">
          {t("ehic:certificate.revoked")} {again}
        </p>
      ) : (
        <>
          <div class="unprinted">
            <p>
              <a class="button" href={urls.ehicCertificatePdf(number)}>
                {t("ehic:certificate.pdf")}
              </a>
            </p>
            <p>
              {t("ehic:certificate.twin")} {t("ehic:certificate.present")}
            </p>
          </div>
          <div lang={language === "fr" ? undefined : "fr"}>
            <DocumentBody model={model} />
          </div>
        </>
      )}
    </>
  );
}
