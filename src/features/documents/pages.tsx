import type { CertificateKind } from "../../domain/certificates.ts";
import type { ContractState } from "../../domain/cover.ts";
import { longDay } from "../../lib/dates.ts";
import type { T } from "../../platform/i18n.ts";
import type { PdfModel } from "../../platform/pdf.ts";
import type { Faults } from "../../web/forms.ts";
import { DocumentBody } from "../../web/ui/document.tsx";
import { ErrorSummary } from "../../web/ui/error-summary.tsx";
import { FieldError } from "../../web/ui/field-frame.tsx";
import { urls } from "../../web/urls.ts";
import type { Choice, Ready } from "./actions.ts";
import { addressOf, paths } from "./addresses.ts";
import type { Contract } from "./queries.ts";
import type { LeftOut, Refusal } from "./rules.ts";
import type { Words } from "./words.ts";

/** A contract, and what it is to the member today: of one that is over, or suspended, a document may not be had. */
type Listed = { contract: Contract; state: ContractState };
type ListProps = { words: Words; documents: { rights: boolean; cover: boolean; contracts: Listed[] } };

/** The documents that the person's situation has. */
export function DocumentList({ words: { t, organisation }, documents }: ListProps) {
  const names = { organisation: organisation.name };
  const { rights, cover, contracts } = documents;
  const kinds: CertificateKind[] = [
    ...(rights ? ["rights" as const] : []),
    ...(cover ? (["mutual", "card"] as const) : []),
  ];
  /** Nobody is exempt from paying in advance by a contract that has ended. */
  const contractsOf = (kind: CertificateKind) =>
    kind === "card" ? contracts.filter(({ state }) => state !== "ended") : contracts;
  const isOffered = (kind: CertificateKind) => contracts.length === 0 || contractsOf(kind).length > 0;
  return (
    <>
      <h1>{t("documents:title")}</h1>
      <p>{t("documents:intro")}</p>
      {kinds.filter(isOffered).map((kind) => (
        <section id={kind}>
          <h2>{t(`documents:kinds.${kind}.title`)}</h2>
          <p>{t(`documents:kinds.${kind}.what`, names)}</p>
          {kind === "rights" || contracts.length < 2 ? (
            <p>
              <OpenLink t={t} kind={kind} contract={undefined} />
              {kind !== "rights" && <State t={t} state={contracts[0]?.state} />}
            </p>
          ) : (
            <ul>
              {contractsOf(kind).map(({ contract, state }) => (
                <li>
                  <OpenLink t={t} kind={kind} contract={contract} />
                  <State t={t} state={state} />
                </li>
              ))}
            </ul>
          )}
        </section>
      ))}
      <h2>{t("documents:ehic.title")}</h2>
      <p>
        {t(`documents:ehic.${organisation.amoMode}`)} <a href={urls.ehic}>{t("documents:ehic.link")}</a>
      </p>
      <h2>{t("documents:forms.title")}</h2>
      <p>
        {t("documents:forms.text")} <a href={urls.formsGuide}>{t("documents:forms.link")}</a>
      </p>
      <h2>{t("documents:check.title")}</h2>
      <p>
        {t("documents:check.text", names)} <a href={urls.verify}>{t("documents:check.link")}</a>
      </p>
    </>
  );
}

/** What stands beside the link of a contract that is not simply in force. */
function State({ t, state }: { t: T; state: ContractState | undefined }) {
  if (state === undefined || state === "active") return null;
  return (
    <>
      {" – "}
      <strong>{t(`dossier:contract.states.${state}`)}</strong>
    </>
  );
}

function OpenLink({ t, kind, contract }: { t: T; kind: CertificateKind; contract: Contract | undefined }) {
  const choice = { beneficiaries: [], withoutExemptions: false, contract: contract?.contractId };
  return (
    <a href={addressOf(kind, choice)}>
      {contract
        ? t("documents:forContract", { product: contract.productName, number: contract.contractId })
        : t("documents:open")}
      <span class="hidden"> – {t(`documents:kinds.${kind}.title`)}</span>
    </a>
  );
}

type CertificateProps = { words: Words; ready: Ready; choice: Choice; model: PdfModel };

/** A certificate to read and to print, with its PDF beside it, and the choice of what it says. */
export function Certificate({ words, ready, choice, model }: CertificateProps) {
  const { t } = words;
  return (
    <>
      <Back t={t} />
      <h1>{model.title}</h1>
      <div class="unprinted">
        <p>
          <a class="button" href={addressOf(ready.kind, choice, "pdf")}>
            {t("documents:pdf")}
          </a>
        </p>
        <p>
          {t("documents:print")} {t("documents:counts")}
        </p>
        {(ready.kind === "rights" || ready.choosable.length > 1) && (
          <details class="filters">
            <summary>
              {t(ready.kind === "rights" ? "documents:choose.summary" : "documents:choose.summaryPeople")}
            </summary>
            <ChoiceForm words={words} ready={ready} choice={choice} faults={{}} />
          </details>
        )}
      </div>
      <DocumentBody model={model} />
    </>
  );
}

type ChoiceProps = { words: Words; ready: Ready; choice: Choice; faults: Faults<"beneficiaries"> };

/** The choice again, when nobody was chosen: no certificate says nothing of nobody. */
export function FaultyChoice({ words, ready, choice, faults }: ChoiceProps) {
  const { t } = words;
  return (
    <>
      <ErrorSummary t={t} faults={faults} labels={{ beneficiaries: t("documents:choose.people") }} />
      <Back t={t} />
      <h1>{ready.body.title}</h1>
      <ChoiceForm words={words} ready={{ ...ready, chosen: [] }} choice={choice} faults={faults} />
    </>
  );
}

function ChoiceForm({ words: { t }, ready, choice, faults }: ChoiceProps) {
  const { kind, choosable, chosen, leftOut } = ready;
  const fault = faults.beneficiaries;
  return (
    <form action={paths[kind]} method="get">
      <input type="hidden" name="chosen" value="1" />
      {choice.contract && <input type="hidden" name="contract" value={choice.contract} />}
      <fieldset
        class={fault ? "field field-faulty" : "field"}
        aria-describedby={fault ? "beneficiaries-hint beneficiaries-error" : "beneficiaries-hint"}
      >
        <legend>{t("documents:choose.people")}</legend>
        <p class="hint" id="beneficiaries-hint">
          {t("documents:choose.peopleHint")}
        </p>
        {fault && <FieldError t={t} name="beneficiaries" label={t("documents:choose.people")} fault={fault} />}
        {choosable.map(({ memberId, name }, index) => {
          // The first box stands for all of them in a link to the fault.
          const id = index === 0 ? "beneficiaries" : `beneficiaries-${index + 1}`;
          return (
            <div class="choice">
              <input
                id={id}
                name="beneficiaries"
                type="checkbox"
                value={memberId}
                checked={chosen.includes(memberId)}
                aria-invalid={fault && index === 0 ? "true" : undefined}
              />
              <label for={id}>{name}</label>
            </div>
          );
        })}
        {leftOut.map((person) => (
          <p class="hint">{leftOutText(t, person)}</p>
        ))}
      </fieldset>
      {kind === "rights" && <WithoutExemptions t={t} checked={choice.withoutExemptions} />}
      <button type="submit">{t("documents:choose.submit")}</button>
    </form>
  );
}

function WithoutExemptions({ t, checked }: { t: T; checked: boolean }) {
  return (
    <div class="field">
      <div class="choice">
        <input id="without" name="without" type="checkbox" value="exemptions" checked={checked} />
        <label for="without">{t("documents:choose.without")}</label>
      </div>
    </div>
  );
}

function leftOutText(t: T, { name, why }: LeftOut): string {
  return t(`documents:leftOut.${why}`, { name });
}

function Back({ t }: { t: T }) {
  return (
    <p class="unprinted">
      <a href={urls.documents}>{t("documents:title")}</a>
    </p>
  );
}

type RefusedProps = { words: Words; kind: CertificateKind; title: string; refusal: Refusal };

/** Why there is no document, and what to do. */
export function Refused({ words, kind, title, refusal }: RefusedProps) {
  const { t } = words;
  return (
    <>
      <Back t={t} />
      <h1>{title}</h1>
      <p>{refusalText(words, kind, refusal)}</p>
      <p>
        <a href={urls.dossier}>{t("documents:refused.file")}</a>
      </p>
    </>
  );
}

function refusalText({ t, language, organisation }: Words, kind: CertificateKind, refusal: Refusal): string {
  const names = { organisation: organisation.name, phone: organisation.phone };
  switch (refusal.why) {
    case "notYours":
      return t(`documents:refused.notYours.${kind}`, names);
    case "rightsEnded":
    case "rightsNotYet":
      return t(`documents:refused.${refusal.why}`, { day: longDay(refusal.day, language), fund: refusal.fund });
    case "contractEnded":
      if (refusal.day === null) return t("documents:refused.contractOver", names);
      return t("documents:refused.contractEnded", { ...names, day: longDay(refusal.day, language) });
    case "contractToCome":
      return t("documents:refused.contractToCome", { ...names, day: longDay(refusal.day, language) });
    case "undrawable":
      return t("documents:refused.undrawable", { ...names, sign: refusal.sign, code: codesOf(refusal.sign) });
    default:
      return t(`documents:refused.${refusal.why}`, names);
  }
}

/** `U+1F600`: a sign that no font has may show nothing. */
function codesOf(sign: string): string {
  return Array.from(sign, (part) => `U+${part.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`).join(" ");
}
