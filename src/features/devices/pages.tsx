import type { Child } from "hono/jsx";
import type { listDevices } from "../../domain/devices.ts";
import { longMoment } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import type { T } from "../../platform/i18n.ts";
import { clientName } from "../../web/client.ts";
import { Notice } from "../../web/ui/notice.tsx";
import { urls } from "../../web/urls.ts";
import type { OpenSession } from "./queries.ts";

type Props = {
  t: T;
  language: Language;
  sessions: OpenSession[];
  /** The id of the session that looks at the page. */
  current: string;
  devices: ReturnType<typeof listDevices>;
  /** The id of the device it looks from, when that one is remembered. */
  currentDevice: string | null;
  news: "ended" | "othersEnded" | undefined;
};

export function Devices({ t, language, sessions, current, devices, currentDevice, news }: Props) {
  const moment = (seconds: number) => longMoment(seconds * 1000, language);
  return (
    <>
      <p>
        <a href={urls.account}>{t("account:title")}</a>
      </p>
      <h1>{t("devices:title")}</h1>
      {news && (
        <Notice>
          <p>{t(`devices:${news}`)}</p>
        </Notice>
      )}
      <p>{t("devices:intro")}</p>
      <h2>{t("devices:sessions")}</h2>
      <ul class="cards">
        {sessions.map(({ reference, id, label, network, createdAt, lastUsedAt }) => {
          const what = clientName(t, label);
          return (
            <Card title={id === current ? t("devices:thisOne", { what }) : what}>
              <Facts
                facts={[
                  [t("devices:since"), moment(createdAt)],
                  [t("devices:lastUse"), moment(lastUsedAt)],
                  [t("devices:network"), network],
                ]}
              />
              <Revoke reference={reference} label={t("devices:endSession", { what, moment: moment(createdAt) })} />
            </Card>
          );
        })}
      </ul>
      <h2>{t("devices:remembered")}</h2>
      {devices.length === 0 && <p>{t("devices:none")}</p>}
      {devices.length > 0 && (
        <ul class="cards">
          {devices.map(({ deviceId, label, network, createdAt, lastUsedAt, expiresAt }) => {
            const what = clientName(t, label);
            return (
              <Card title={deviceId === currentDevice ? t("devices:thisDevice", { what }) : what}>
                <Facts
                  facts={[
                    [t("devices:since"), moment(createdAt)],
                    [t("devices:lastUse"), moment(lastUsedAt)],
                    [t("devices:until"), moment(expiresAt)],
                    [t("devices:network"), network],
                  ]}
                />
                <Revoke reference={deviceId} label={t("devices:forgetDevice", { what, moment: moment(createdAt) })} />
              </Card>
            );
          })}
        </ul>
      )}
      <p class="hint">{t("devices:networkHint")}</p>
      <form action={urls.revokeOthers} method="post">
        <button type="submit" name="others" value="on">
          {t("devices:endOthers")}
        </button>
      </form>
    </>
  );
}

function Card({ title, children }: { title: string; children: Child }) {
  return (
    <li>
      <h3>{title}</h3>
      {children}
    </li>
  );
}

function Facts({ facts }: { facts: [string, string][] }) {
  return (
    <dl>
      {facts.map(([name, value]) => (
        <div>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Revoke({ reference, label }: { reference: string; label: string }) {
  return (
    <form action={urls.revokeDevice(reference)} method="post">
      <button type="submit" name="revoke" value="on" class="secondary">
        {label}
      </button>
    </form>
  );
}
