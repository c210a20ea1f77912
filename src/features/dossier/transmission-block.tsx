import { type Remedy, transmissionOf } from "../../domain/transmission.ts";
import { longDay } from "../../lib/dates.ts";
import { DataBlock } from "../../web/ui/data-block.tsx";
import { FeedWord } from "../../web/ui/feed-word.tsx";
import type { Place } from "./contract-blocks.tsx";
import type { Insured } from "./queries.ts";
import type { FileWords } from "./words.ts";

type Props = { words: FileWords; place: Place; insured: Insured[] };

/** Whether the statements of the Assurance Maladie reach the mutual by themselves, for each person covered. */
export function TransmissionBlock({ words, place, insured }: Props) {
  const { t, organisation, freshness } = words;
  return (
    <DataBlock
      {...words}
      id={place.id("transmission")}
      heading={place.heading(t("dossier:transmission.heading"))}
      source="amc"
      asOf={freshness.beneficiaires}
    >
      <p>{t("dossier:transmission.intro", { organisation: organisation.name })}</p>
      <ul>
        {insured.map((person) => (
          <li>
            <strong>{person.name}</strong>
            {" – "}
            <State words={words} person={person} />
          </li>
        ))}
      </ul>
    </DataBlock>
  );
}

function State({ words, person }: { words: FileWords; person: Insured }) {
  const { t, language } = words;
  const transmission = transmissionOf(person);
  if (!transmission) return <>{t("dossier:transmission.ownSpace")}</>;
  const { status, remedy } = transmission;
  const statuses: Record<string, string> = words.names.transmission.statuses;
  const since = person.noemieOn;
  return (
    <>
      {Object.hasOwn(statuses, status) && since ? (
        t("dossier:transmission.since", { status: statuses[status], day: longDay(since, language) })
      ) : (
        <FeedWord language={language} names={statuses} value={status} />
      )}
      {remedy && <Trouble words={words} status={status} code={person.noemieCode} remedy={remedy} />}
    </>
  );
}

type TroubleProps = { words: FileWords; status: string; code: string | null; remedy: Remedy };

/** What a télétransmission that is not active means, why, and what to do. */
function Trouble({ words: { t, organisation, names }, status, code, remedy }: TroubleProps) {
  const means: Record<string, string> = names.transmission.means;
  const causes: Record<string, string> = names.transmission.causes;
  const cause = code !== null && Object.hasOwn(causes, code) ? causes[code] : undefined;
  return (
    <>
      {Object.hasOwn(means, status) && <p>{means[status]}</p>}
      {cause !== undefined && <p>{t("dossier:transmission.cause", { cause })}</p>}
      {cause === undefined && code && <p>{t("dossier:transmission.code", { code })}</p>}
      <p>{t(`dossier:transmission.remedies.${remedy}`, { phone: organisation.phone })}</p>
    </>
  );
}
