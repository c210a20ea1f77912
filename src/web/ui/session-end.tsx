import type { T } from "../../platform/i18n.ts";
import { urls } from "../urls.ts";

/** Where the script and the two buttons of the dialog lead: of members, or of the back office. */
type Places = { session: string; extend: string; draft: string; login: string; logout: string };

const ofMembers: Places = {
  session: urls.session,
  extend: urls.sessionExtend,
  draft: urls.sessionDraft,
  login: urls.login,
  logout: urls.logout,
};

/** Where the script puts the time left, in a sentence of ours. */
const time = "%";

/**
 * The warning before the end of a session, closed until the script opens it. What it says of the time comes from the
 * script too: a text browser shows a closed dialog, in which both buttons do what they say.
 */
export function SessionEnd({ t, places = ofMembers }: { t: T; places?: Places }) {
  return (
    <dialog
      id="session-end"
      tabindex={-1}
      aria-labelledby="session-end-title"
      aria-describedby="session-end-spoken"
      data-session={places.session}
      data-extend={places.extend}
      data-draft={places.draft}
      data-login={places.login}
      data-out={`${places.login}?out`}
      data-left={t("sessionEnd.left", { time })}
      data-last={t("sessionEnd.last", { time })}
      data-stay={t("sessionEnd.stay")}
      data-understood={t("sessionEnd.understood")}
    >
      <h2 id="session-end-title">{t("sessionEnd.title")}</h2>
      <p aria-hidden="true" data-part="countdown"></p>
      <p class="hidden" id="session-end-spoken" aria-live="assertive" data-part="spoken"></p>
      <p class="error" role="alert" data-part="problem"></p>
      <div class="buttons">
        <form action={places.extend} method="post" data-part="form">
          <button type="submit" name="stay" data-part="stay" autofocus>
            {t("sessionEnd.stay")}
          </button>
        </form>
        <form action={places.logout} method="post">
          <button type="submit" name="logout" class="secondary">
            {t("menu.logout")}
          </button>
        </form>
      </div>
    </dialog>
  );
}
