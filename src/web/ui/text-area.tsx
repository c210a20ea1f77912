import { FieldFrame, type FieldWords, fieldTies } from "./field-frame.tsx";

type Props = FieldWords & { value?: string | undefined; required?: boolean; rows?: number; maxlength?: number };

/** A labelled box for some lines of text. */
export function TextArea({ value, required = false, rows = 8, maxlength, ...words }: Props) {
  return (
    <FieldFrame {...words}>
      <textarea
        id={words.name}
        name={words.name}
        rows={rows}
        maxlength={maxlength}
        {...fieldTies(words)}
        aria-required={required ? "true" : undefined}
      >
        {/* A first line end would be lost: it belongs to the tag. */}
        {value?.startsWith("\n") ? `\n${value}` : value}
      </textarea>
    </FieldFrame>
  );
}
