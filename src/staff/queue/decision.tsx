import type { Child } from "hono/jsx";
import type { T } from "../../platform/i18n.ts";
import type { Faults, Typed } from "../../web/forms.ts";
import { FieldError } from "../../web/ui/field-frame.tsx";
import { TextArea } from "../../web/ui/text-area.tsx";
import { longestReason } from "./schema.ts";

export type DecisionField = "decision" | "reason" | "seen";

type FormProps = {
  t: T;
  action: string;
  /** What the adviser has seen: two who decide at once are told by it. */
  seen?: number | undefined;
  hint: string;
  label?: string;
  faults: Faults<DecisionField>;
  typed: Typed<DecisionField>;
  buttons: { value: string; label: string }[];
  maxlength?: number;
  /** What else the form asks. */
  children?: Child;
};

/** What is decided, and why: one button for each decision there is. */
export function DecisionForm({ t, action, seen, hint, label, faults, typed, buttons, ...rest }: FormProps) {
  const { maxlength = longestReason, children } = rest;
  const legend = t("staff-queues:decision.buttons");
  return (
    <form action={action} method="post" novalidate>
      {seen !== undefined && <input type="hidden" name="seen" value={String(seen)} />}
      {children}
      <TextArea
        t={t}
        name="reason"
        label={label ?? t("staff-queues:decision.reason")}
        hint={hint}
        fault={faults.reason}
        value={typed.reason}
        rows={4}
        maxlength={maxlength}
        required
      />
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would ask for a legend above buttons that say all */}
      <div id="decision" role="group" tabindex={-1} aria-label={legend}>
        {faults.decision && <FieldError t={t} name="decision" label={legend} fault={faults.decision} />}
        <div class="buttons">
          {buttons.map((button, index) => (
            <button type="submit" name="decision" value={button.value} class={index > 0 ? "secondary" : undefined}>
              {button.label}
            </button>
          ))}
        </div>
      </div>
    </form>
  );
}

/** The fields of such a form by the words of their labels, for the summary of faults. */
export const decisionLabels = (t: T, reasonLabel = t("staff-queues:decision.reason")) => ({
  reason: reasonLabel,
  decision: t("staff-queues:decision.buttons"),
});

type ConflictProps = {
  t: T;
  /** When it was not a colleague who was faster. */
  title?: string;
  /** Who has decided, when and what. */
  news: string;
  /** What was typed, which was not sent. */
  typed: string | undefined;
  children?: Child;
};

/** Somebody was faster: what they did, and what was typed, which changed nothing. */
export function Conflict({ t, title, news, typed, children }: ConflictProps) {
  return (
    <>
      <h1>{title ?? t("staff-queues:conflict.title")}</h1>
      <div class="notice notice-error">
        <p>{news}</p>
        <p>{t("staff-queues:conflict.nothing")}</p>
      </div>
      {typed && (
        <>
          <h2>{t("staff-queues:conflict.typed")}</h2>
          <p class="written" id="typed">
            {typed}
          </p>
        </>
      )}
      {children}
    </>
  );
}
