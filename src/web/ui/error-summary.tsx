import type { T } from "../../platform/i18n.ts";
import type { Faults } from "../forms.ts";

type SummaryProps = {
  t: T;
  faults: Faults;
  labels: Record<string, string>;
  signs?: { [Field in string]?: string | undefined };
};

/**
 * First thing in the page when a form has faults: how many, and a link to each field. Focused on arrival; the alert is
 * on the inner element, so that screen readers say it once.
 * @param labels the fields in the order of the page, with their labels; `signs`: what a message names of some of them.
 */
export function ErrorSummary({ t, faults, labels, signs = {} }: SummaryProps) {
  const faulty = Object.entries(labels).flatMap(([name, label]) => {
    const fault = faults[name];
    return fault ? [{ name, label, fault }] : [];
  });
  if (faulty.length === 0) return null;
  return (
    <div class="errors" tabindex={-1} autofocus>
      <div role="alert">
        <h2>{t("form:summary", { count: faulty.length })}</h2>
        <ul>
          {faulty.map(({ name, label, fault }) => (
            <li>
              <a href={`#${name}`}>{t(`form:error.${fault}`, { field: label, sign: signs[name] })}</a>
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

/** The title of a page says first that something is wrong. */
export function titleWith(t: T, title: string, faults: Faults): string {
  return Object.keys(faults).length > 0 ? t("form:errorTitle", { title }) : title;
}
