import type { Change, ChangeContent } from "../../domain/changes.ts";
import { countryName } from "../../lib/countries.ts";
import { longDay } from "../../lib/dates.ts";
import { phoneText } from "../../lib/phone.ts";
import { PendingChange } from "../../web/ui/change.tsx";
import { DataBlock, type DataSource } from "../../web/ui/data-block.tsx";
import { Term } from "../../web/ui/term.tsx";
import { urls } from "../../web/urls.ts";
import type { BankAccount, Person } from "./queries.ts";
import { addressLines, type Situation } from "./rules.ts";
import type { FileWords } from "./words.ts";

/** A bank account as it is shown: never with its whole number. */
export type ShownAccount = Omit<BankAccount, "ibanSealed"> & { iban: string };

type BankProps = {
  words: FileWords;
  source: DataSource;
  situation: Situation;
  isDependant: boolean;
  accounts: ShownAccount[];
  pending: Change[];
};

const usages = ["prestations_amo", "prestations_amc", "cotisations"] as const;

/** The accounts by what they are for; those for reimbursements are missed when there is none. */
export function BankBlock({ words, source, situation, isDependant, accounts, pending }: BankProps) {
  const { t, organisation, freshness } = words;
  const names = { organisation: organisation.name };
  const isMissed = { prestations_amo: situation.amo, prestations_amc: situation.amc, cotisations: false };
  return (
    <DataBlock
      {...words}
      id="bank"
      heading={t("dossier:bank.heading")}
      source={source}
      asOf={freshness.coordonnees_bancaires}
    >
      {accounts.length === 0 && <p>{t(isDependant ? "dossier:bank.noneForDependant" : "dossier:bank.none")}</p>}
      {accounts.length > 0 &&
        usages.map((usage) => {
          const account = accounts.find((one) => one.usage === usage);
          if (account) return <Account words={words} account={account} />;
          return usage !== "cotisations" && isMissed[usage] && <p>{t(`dossier:bank.missing.${usage}`, names)}</p>;
        })}
      {accounts.length > 0 && <p class="hint">{t("dossier:bank.hidden")}</p>}
      <Asked words={words} pending={pending} kinds={["iban"]} />
      <p>
        <a href={urls.dossierBank}>{t("changes:bank.title")}</a>
      </p>
    </DataBlock>
  );
}

function Account({ words, account }: { words: FileWords; account: ShownAccount }) {
  const { t, language, organisation } = words;
  const { usage, iban, holder, since, mandate } = account;
  return (
    <>
      <h3>{t(`dossier:bank.usages.${usage}`, { organisation: organisation.name })}</h3>
      <dl>
        <Term name={t("dossier:bank.iban")}>{iban}</Term>
        <Term name={t("dossier:bank.holder")}>{holder}</Term>
        {since && <Term name={t("dossier:bank.since")}>{longDay(since, language)}</Term>}
        {mandate && <Term name={t("dossier:bank.mandate")}>{mandate}</Term>}
      </dl>
    </>
  );
}

/** What was asked to stand here instead, whatever the feed brings until it is answered. */
function Asked({ words, pending, kinds }: Pick<PersonProps, "words" | "pending"> & { kinds: ChangeContent["kind"][] }) {
  return (
    <>
      {pending
        .filter(({ content }) => kinds.includes(content.kind))
        .map((change) => (
          <PendingChange {...words} change={change} />
        ))}
    </>
  );
}

type PersonProps = { words: FileWords; person: Person; pending: Change[] };

export function AddressBlock({ words, person, pending }: PersonProps) {
  const { t, language, freshness } = words;
  const lines = addressLines(person);
  const country = person.country && countryName(person.country, language);
  return (
    <DataBlock {...words} id="address" heading={t("dossier:address.heading")} source="amc" asOf={freshness.personnes}>
      {lines.length === 0 ? (
        <p>{t("dossier:address.none")}</p>
      ) : (
        <address>
          {lines.map((line) => (
            <>
              {line}
              <br />
            </>
          ))}
          {country}
        </address>
      )}
      <Asked words={words} pending={pending} kinds={["address"]} />
      <p>
        <a href={urls.dossierAddress}>{t("changes:address.title")}</a>
      </p>
    </DataBlock>
  );
}

export function ContactBlock({ words, person, pending }: PersonProps) {
  const { t, organisation, freshness } = words;
  const names = { organisation: organisation.name };
  const { email, accountEmail, accountMobile, accountMobileVerifiedAt, phone } = person;
  const isSame = accountEmail !== null && email?.toLowerCase() === accountEmail.toLowerCase();
  const verified = (value: string) => `${value} (${t("dossier:contact.verified")})`;
  const doubtful = (value: string) => `${value} (${t("dossier:contact.notVerified")})`;
  const mobileOf = accountMobileVerifiedAt === null ? doubtful : verified;
  return (
    <DataBlock {...words} id="contact" heading={t("dossier:contact.heading")} source="amc" asOf={freshness.personnes}>
      <dl>
        {accountEmail !== null && <Term name={t("dossier:contact.accountEmail")}>{verified(accountEmail)}</Term>}
        {!isSame && (
          <Term name={t("dossier:contact.fileEmail", names)}>
            {email ? doubtful(email) : t("dossier:contact.noEmail")}
          </Term>
        )}
        {accountMobile && <Term name={t("dossier:contact.mobile")}>{mobileOf(phoneText(accountMobile))}</Term>}
        <Term name={t("dossier:contact.phone", names)}>
          {phone ? (phone === accountMobile ? mobileOf : doubtful)(phoneText(phone)) : t("dossier:contact.noPhone")}
        </Term>
      </dl>
      <p class="hint">{t("dossier:contact.help")}</p>
      <Asked words={words} pending={pending} kinds={["email", "mobile"]} />
      <p>
        <a href={urls.dossierContact}>{t("changes:contact.title")}</a>
      </p>
    </DataBlock>
  );
}
