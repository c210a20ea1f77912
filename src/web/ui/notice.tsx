import type { Child } from "hono/jsx";

/** A message about what has just happened; said by screen readers when the page brings it. */
export function Notice({ children }: { children: Child }) {
  return (
    <div class="notice" role="status">
      {children}
    </div>
  );
}
