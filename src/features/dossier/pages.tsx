import type { Change } from "../../domain/changes.ts";
import { contractState } from "../../domain/cover.ts";
import type { DataSource } from "../../web/ui/data-block.tsx";
import { urls } from "../../web/urls.ts";
import { AddressBlock, BankBlock, ContactBlock, type ShownAccount } from "./contact-blocks.tsx";
import { ContractBlock, FormerContracts, GuaranteesBlock, NoContract, type Place } from "./contract-blocks.tsx";
import { IdentityBlock } from "./identity-block.tsx";
import { InstalmentsBlock } from "./instalments-block.tsx";
import type { Contract, Guarantee, Instalment, Person } from "./queries.ts";
import { RightsBlock } from "./rights-block.tsx";
import { type Situation, scheduleOf, sortContracts } from "./rules.ts";
import { TransmissionBlock } from "./transmission-block.tsx";
import type { FileWords } from "./words.ts";

type Props = {
  words: FileWords;
  situation: Situation;
  person: Person;
  nir: string | undefined;
  accounts: ShownAccount[];
  contracts: Contract[];
  guarantees: Guarantee[];
  /** Of the member's own contracts alone. */
  instalments: Instalment[];
  /** What the member asked to change, and nobody has answered. */
  pending: Change[];
};

/** All that is known of a member, block by block, and only the blocks that the member's situation has. */
export function Dossier(props: Props) {
  const { words, situation, person, nir, accounts, contracts, guarantees, instalments, pending } = props;
  const { t, organisation, today } = words;
  const { told, former } = sortContracts(contracts, today);
  const { amo, amc } = situation;
  const kind = amo && amc ? "both" : amo ? "amo" : amc ? "amc" : "none";
  const source: DataSource = kind === "none" ? "amc" : kind;
  const isDependant = person.rights !== undefined && person.rights.quality !== 1;
  return (
    <>
      <h1>{t("dossier:title")}</h1>
      <p>{t(`dossier:intro.${kind}`, { organisation: organisation.name, phone: organisation.phone })}</p>
      <p>
        <a href={urls.vitale}>{t("dossier:vitale")}</a>
      </p>
      <p>
        <a href={urls.changes}>{t("changes:list.title")}</a>
      </p>
      <IdentityBlock words={words} source={amo ? "amo" : "amc"} person={person} nir={nir} />
      {(amo || person.dependants.length > 0) && <RightsBlock words={words} person={person} isAffiliate={amo} />}
      {amc && contracts.length === 0 && <NoContract words={words} />}
      {told.map((contract, index) => (
        <ContractBlocks
          words={words}
          place={placeOf(contract, index, told.length)}
          contract={contract}
          guarantees={guarantees}
          instalments={instalments}
        />
      ))}
      {former.length > 0 && (
        <FormerContracts
          words={words}
          former={former.map((contract) => ({
            contract,
            unpaidCents: scheduleOf(contract, instalments, today).unpaidCents,
          }))}
        />
      )}
      <BankBlock
        words={words}
        source={source}
        situation={situation}
        isDependant={isDependant}
        accounts={accounts}
        pending={pending}
      />
      <AddressBlock words={words} person={person} pending={pending} />
      <ContactBlock words={words} person={person} pending={pending} />
    </>
  );
}

/** The names of the blocks of one contract among several: ids and headings stay different. */
function placeOf({ productName }: Contract, index: number, count: number): Place {
  return {
    id: (name) => (index === 0 ? name : `${name}-${index + 1}`),
    heading: (name) => (count === 1 ? name : `${name} – ${productName}`),
  };
}

type ContractBlocksProps = Pick<Props, "words" | "guarantees" | "instalments"> & { place: Place; contract: Contract };

function ContractBlocks({ words, place, contract, guarantees, instalments }: ContractBlocksProps) {
  const { contractId, isOwn } = contract;
  const isOver = contractState(contract, words.today) === "ended";
  const covered = contract.insured.filter(({ endsOn }) => endsOn === null || endsOn >= words.today);
  return (
    <>
      <ContractBlock words={words} place={place} contract={contract} />
      {/* What became of a contract after it covered the member is its holder's affair. */}
      {(isOwn === 1 || !isOver) && (
        <GuaranteesBlock
          words={words}
          place={place}
          guarantees={guarantees.filter((guarantee) => guarantee.contractId === contractId)}
        />
      )}
      {isOwn === 1 && (
        <InstalmentsBlock words={words} place={place} schedule={scheduleOf(contract, instalments, words.today)} />
      )}
      {!isOver && covered.length > 0 && <TransmissionBlock words={words} place={place} insured={covered} />}
    </>
  );
}
