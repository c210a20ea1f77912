import type { T } from "../../platform/i18n.ts";

type Props = {
  t: T;
  action: string;
  /** Which of the two dialogs of the browser: to make a passkey, or to use one. */
  ask: "create" | "get";
  /** What the browser is asked for. */
  options: object;
  label: string;
  next: string | undefined;
};

/**
 * Where the script puts the button that opens the browser's dialog, which only a script can open. Without it the place
 * says so: a text browser would show a button that could do nothing there.
 */
export function PasskeyButton({ t, action, ask, options, label, next }: Props) {
  return (
    <form
      action={action}
      method="post"
      data-passkey={ask}
      data-options={JSON.stringify(options)}
      data-label={label}
      data-failed={t("second-factor:passkey.failed")}
      data-unsupported={t("second-factor:passkey.unsupported")}
    >
      <input type="hidden" name="credential" />
      {next && <input type="hidden" name="next" value={next} />}
      <noscript>
        <p>{t("second-factor:passkey.needsScript")}</p>
      </noscript>
    </form>
  );
}
