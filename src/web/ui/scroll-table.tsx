import type { Child } from "hono/jsx";

type Props = {
  /** Read aloud only: the heading above says it to the eye. */
  name: string;
  columns: string[];
  children: Child;
};

/** A table that is scrolled sideways where it is too wide, with the keyboard too; `children` are its rows. */
export function ScrollTable({ name, columns, children }: Props) {
  return (
    <section class="scroll" aria-label={name} tabindex={0}>
      <table>
        <caption class="hidden">{name}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th scope="col">{column}</th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </section>
  );
}
