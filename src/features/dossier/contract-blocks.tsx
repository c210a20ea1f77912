import { contractState, coverOf } from "../../domain/cover.ts";
import { longDay } from "../../lib/dates.ts";
import { euros, percent } from "../../lib/money.ts";
import { DataBlock } from "../../web/ui/data-block.tsx";
import { FeedWord, French } from "../../web/ui/feed-word.tsx";
import { ScrollTable } from "../../web/ui/scroll-table.tsx";
import { Term } from "../../web/ui/term.tsx";
import { urls } from "../../web/urls.ts";
import type { Contract, Guarantee } from "./queries.ts";
import { type FileWords, periodText } from "./words.ts";

/** Where a block stands among those of several contracts. */
export type Place = { id: (name: string) => string; heading: (name: string) => string };

type ContractProps = { words: FileWords; place: Place; contract: Contract };

export function ContractBlock({ words, place, contract }: ContractProps) {
  const { t, language, names, organisation, freshness, today } = words;
  const state = contractState(contract, today);
  const cover = coverOf(contract);
  const meaning = t(`dossier:contract.means.${state}`, {
    organisation: organisation.name,
    phone: organisation.phone,
    from: longDay(cover.from, language),
    to: cover.to === null ? "" : longDay(cover.to, language),
  });
  return (
    <DataBlock
      {...words}
      id={place.id("contract")}
      heading={place.heading(t("dossier:contract.heading"))}
      source="amc"
      asOf={freshness.contrats}
    >
      <dl>
        <Term name={t("dossier:contract.number")}>{contract.contractId}</Term>
        <Term name={t("dossier:contract.product")}>
          <French language={language}>{contract.productName}</French>
        </Term>
        <Term name={t("dossier:contract.responsible")}>{t(contract.responsible ? "dossier:yes" : "dossier:no")}</Term>
        <Term name={t("dossier:contract.period")}>{periodText(words, cover.from, cover.to)}</Term>
        <Term name={t("dossier:contract.state")}>{t(`dossier:contract.states.${state}`)}</Term>
        {contract.isOwn === 0 && <Term name={t("dossier:contract.subscriber")}>{contract.subscriber}</Term>}
        {contract.isOwn === 1 && contract.periodicity && (
          <Term name={t("dossier:contract.periodicity")}>
            <FeedWord language={language} names={names.periodicities} value={contract.periodicity} />
          </Term>
        )}
      </dl>
      <p class={state === "active" ? undefined : "flag"}>{meaning}</p>
      {(state === "active" || state === "ending") && <CoverLinks words={words} contract={contract} />}
      {contract.insured.length > 0 && <InsuredPeople words={words} contract={contract} />}
    </DataBlock>
  );
}

/** What proves the cover: the certificate, and the card for professionals. */
function CoverLinks({ words: { t }, contract }: { words: FileWords; contract: Contract }) {
  const query = `?contract=${encodeURIComponent(contract.contractId)}`;
  return (
    <>
      <p>
        <a href={urls.mutualCertificate + query}>{t("documents:kinds.mutual.title")}</a>
      </p>
      <p>
        <a href={urls.insuranceCard + query}>{t("documents:kinds.card.title")}</a>
      </p>
    </>
  );
}

/** For somebody whose contract is known to exist and has not come yet. */
export function NoContract({ words }: { words: FileWords }) {
  const { t, organisation, freshness } = words;
  return (
    <DataBlock {...words} id="contract" heading={t("dossier:contract.heading")} source="amc" asOf={freshness.contrats}>
      <p>{t("dossier:contract.none", { organisation: organisation.name })}</p>
    </DataBlock>
  );
}

function InsuredPeople({ words, contract }: { words: FileWords; contract: Contract }) {
  const { t } = words;
  return (
    <>
      <h3>{t("dossier:contract.insured")}</h3>
      <ul>
        {contract.insured.map(({ name, link, startsOn, endsOn }) => (
          <li>{[name, t(`dossier:contract.links.${link}`), periodText(words, startsOn, endsOn)].join(", ")}</li>
        ))}
      </ul>
    </>
  );
}

type FormerProps = { words: FileWords; former: { contract: Contract; unpaidCents: number }[] };

/** Contracts that are over: named, and what of them is still to be paid. */
export function FormerContracts({ words, former }: FormerProps) {
  const { t, language, organisation, freshness } = words;
  return (
    <DataBlock
      {...words}
      id="former-contracts"
      heading={t("dossier:contract.former")}
      source="amc"
      asOf={freshness.contrats}
    >
      <ul>
        {former.map(({ contract, unpaidCents }) => {
          const { from, to } = coverOf(contract);
          const period = periodText(words, from, to);
          const line = { product: contract.productName, number: contract.contractId, period };
          return (
            <li>
              {t("dossier:contract.formerLine", line)}
              {unpaidCents > 0 && (
                <p class="flag">
                  {t("dossier:contract.formerUnpaid", {
                    amount: euros(unpaidCents, language),
                    phone: organisation.phone,
                  })}
                </p>
              )}
            </li>
          );
        })}
      </ul>
    </DataBlock>
  );
}

type GuaranteesProps = { words: FileWords; place: Place; guarantees: Guarantee[] };

export function GuaranteesBlock({ words, place, guarantees }: GuaranteesProps) {
  const { t, language, freshness } = words;
  const heading = place.heading(t("dossier:guarantees.heading"));
  return (
    <DataBlock {...words} id={place.id("guarantees")} heading={heading} source="amc" asOf={freshness.garanties}>
      {guarantees.length === 0 ? (
        <p>{t("dossier:guarantees.none")}</p>
      ) : (
        <>
          <p>{t("dossier:guarantees.help")}</p>
          <ScrollTable
            name={heading}
            columns={[t("dossier:guarantees.item"), t("dossier:guarantees.level"), t("dossier:guarantees.thirdParty")]}
          >
            {guarantees.map((guarantee) => (
              <tr>
                <th scope="row">
                  <French language={language}>{guarantee.label}</French>
                </th>
                <td>
                  <Level words={words} guarantee={guarantee} />
                </td>
                <td>{t(guarantee.thirdParty ? "dossier:yes" : "dossier:no")}</td>
              </tr>
            ))}
          </ScrollTable>
        </>
      )}
    </DataBlock>
  );
}

/** A share of the base, an amount, or both. */
function Level({ words: { t, language, names }, guarantee }: { words: FileWords; guarantee: Guarantee }) {
  const { levelPctBr, allowanceCents, allowancePeriod } = guarantee;
  if (levelPctBr === null && allowanceCents === null) return <>{t("dossier:unknown")}</>;
  return (
    <>
      {levelPctBr !== null && t("dossier:guarantees.ofBase", { percent: percent(levelPctBr, language) })}
      {levelPctBr !== null && allowanceCents !== null && " + "}
      {allowanceCents !== null && euros(allowanceCents, language)}
      {allowanceCents !== null && allowancePeriod && (
        <>
          {" "}
          <FeedWord language={language} names={names.allowancePeriods} value={allowancePeriod} />
        </>
      )}
    </>
  );
}
