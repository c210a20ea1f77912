import type { EhicRefusal } from "../../domain/ehic-gate.ts";
import type { EhicPerson } from "../../domain/ehic-people.ts";
import type { BlockWords } from "../../web/ui/data-block.tsx";
import { refusalText, wayOut } from "./words.ts";

type ReasonsProps = { words: BlockWords; person: EhicPerson; refusals: EhicRefusal[] };

/** Every reason with what to do, and the way there. */
export function Reasons({ words, person, refusals }: ReasonsProps) {
  return (
    <ul>
      {refusals.map((refusal) => {
        const way = wayOut(words, refusal);
        return (
          <li>
            {refusalText(words, refusal, person.fundName ?? "")}
            {way && (
              <>
                {" "}
                <a href={way.href}>{words.t(`ehic:links.${way.label}`)}</a>
              </>
            )}
          </li>
        );
      })}
    </ul>
  );
}
