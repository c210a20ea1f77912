import type { Child } from "hono/jsx";

/** A message about what has just happened; said by screen readers when the page brings it. */
export function Notice({ id, children }: { id?: string; children: Child }) {
  return (
    <div id={id} class="notice" role="status">
      {children}
    </div>
  );
}
