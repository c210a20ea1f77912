import type { Child } from "hono/jsx";

/** One line of a list of descriptions: what it is, and what it is worth. */
export function Term({ name, children }: { name: string; children: Child }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
