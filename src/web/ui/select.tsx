import { FieldFrame, type FieldWords, fieldTies } from "./field-frame.tsx";

export type Option = { value: string; text: string };

type Props = FieldWords & { options: Option[]; chosen: string | undefined; autocomplete?: string };

/** One answer of a long list. */
export function Select({ options, chosen, autocomplete, ...words }: Props) {
  return (
    <FieldFrame {...words}>
      <select id={words.name} name={words.name} autocomplete={autocomplete} {...fieldTies(words)}>
        {options.map(({ value, text }) => (
          <option value={value} selected={value === chosen || undefined}>
            {text}
          </option>
        ))}
      </select>
    </FieldFrame>
  );
}
