import { longDay, shortDay } from "../../lib/dates.ts";
import { euros } from "../../lib/money.ts";
import { DataBlock } from "../../web/ui/data-block.tsx";
import { FeedWord, French } from "../../web/ui/feed-word.tsx";
import { ScrollTable } from "../../web/ui/scroll-table.tsx";
import { Term } from "../../web/ui/term.tsx";
import type { Place } from "./contract-blocks.tsx";
import type { Instalment } from "./queries.ts";
import type { Schedule } from "./rules.ts";
import { type FileWords, periodText } from "./words.ts";

type Props = { words: FileWords; place: Place; schedule: Schedule };

/** What is paid for a contract: the sums of its year, the next instalment, and all of them. */
export function InstalmentsBlock({ words, place, schedule }: Props) {
  const { t, freshness } = words;
  const heading = place.heading(t("dossier:instalments.heading"));
  const { current, earlier } = schedule;
  const modes = new Set([...current, ...earlier].map(({ mode }) => mode));
  // Told once when it is always the same: three columns are easier to read on a phone than four.
  const [onlyMode] = modes.size === 1 ? modes : [];
  const table = { words, showsMode: onlyMode === undefined };
  return (
    <DataBlock {...words} id={place.id("instalments")} heading={heading} source="amc" asOf={freshness.echeances}>
      {modes.size === 0 ? (
        <p>{t("dossier:instalments.none")}</p>
      ) : (
        <Sums words={words} schedule={schedule} mode={onlyMode} />
      )}
      {current.length > 0 && <Rows {...table} caption={heading} instalments={current} />}
      {earlier.length > 0 && (
        <details>
          <summary>{t("dossier:instalments.earlier")}</summary>
          <Rows
            {...table}
            caption={place.heading(t("dossier:instalments.earlier"))}
            instalments={earlier.toReversed()}
          />
        </details>
      )}
    </DataBlock>
  );
}

type SumsProps = { words: FileWords; schedule: Schedule; mode: string | undefined };

function Sums({ words, schedule, mode }: SumsProps) {
  const { t, language, organisation } = words;
  const { year, next, dueCents, paidCents, leftCents, unpaidCount, unpaidCents } = schedule;
  const unpaid = { count: unpaidCount, amount: euros(unpaidCents, language), phone: organisation.phone };
  return (
    <>
      {unpaidCount > 0 && <p class="flag">{t("dossier:instalments.unpaid", unpaid)}</p>}
      <dl>
        <Term name={t("dossier:instalments.next")}>
          {next
            ? t("dossier:instalments.nextOne", {
                amount: euros(next.amountCents, language),
                day: longDay(next.dueOn, language),
              })
            : t("dossier:instalments.noNext")}
        </Term>
        {mode !== undefined && (
          <Term name={t("dossier:instalments.mode")}>
            <Mode words={words} mode={mode} />
          </Term>
        )}
        <Term name={t("dossier:instalments.year")}>{periodText(words, year.from, year.to)}</Term>
        <Term name={t("dossier:instalments.due")}>{euros(dueCents, language)}</Term>
        <Term name={t("dossier:instalments.paid")}>{euros(paidCents, language)}</Term>
        <Term name={t("dossier:instalments.left")}>{euros(leftCents, language)}</Term>
      </dl>
    </>
  );
}

function Mode({ words: { language, names }, mode }: { words: FileWords; mode: string }) {
  return <FeedWord language={language} names={names.paymentModes} value={mode} />;
}

type RowsProps = { words: FileWords; showsMode: boolean; caption: string; instalments: Instalment[] };

function Rows({ words, showsMode, caption, instalments }: RowsProps) {
  const { t, language } = words;
  return (
    <ScrollTable
      name={caption}
      columns={[
        t("dossier:instalments.dueOn"),
        t("dossier:instalments.amount"),
        ...(showsMode ? [t("dossier:instalments.mode")] : []),
        t("dossier:instalments.status"),
      ]}
    >
      {instalments.map((instalment) => (
        <tr>
          <th scope="row">{shortDay(instalment.dueOn)}</th>
          <td>{euros(instalment.amountCents, language)}</td>
          {showsMode && (
            <td>
              <Mode words={words} mode={instalment.mode} />
            </td>
          )}
          <td>
            <Status words={words} instalment={instalment} />
          </td>
        </tr>
      ))}
    </ScrollTable>
  );
}

function Status({ words: { t, language, today }, instalment }: { words: FileWords; instalment: Instalment }) {
  const { status, dueOn, paidOn, rejectReason } = instalment;
  // The day is over, and the back office has not told yet what became of it.
  if (status === "a_venir" && dueOn < today) return <>{t("dossier:instalments.toConfirm")}</>;
  const words = t(`dossier:instalments.statuses.${status}`);
  return (
    <>
      {paidOn === null ? words : t("dossier:instalments.statusOn", { status: words, day: shortDay(paidOn) })}
      {rejectReason && (
        <>
          {" "}
          (<French language={language}>{rejectReason}</French>)
        </>
      )}
    </>
  );
}
