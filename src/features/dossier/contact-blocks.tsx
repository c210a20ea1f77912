import { longDay } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import { DataBlock, type DataSource } from "../../web/ui/data-block.tsx";
import { Term } from "../../web/ui/term.tsx";
import type { BankAccount, Person } from "./queries.ts";
import { addressLines, phoneText, type Situation } from "./rules.ts";
import type { FileWords } from "./words.ts";

/** A bank account as it is shown: never with its whole number. */
export type ShownAccount = Omit<BankAccount, "ibanSealed"> & { iban: string };

type BankProps = {
  words: FileWords;
  source: DataSource;
  situation: Situation;
  isDependant: boolean;
  accounts: ShownAccount[];
};

const usages = ["prestations_amo", "prestations_amc", "cotisations"] as const;

/** The accounts by what they are for; those for reimbursements are missed when there is none. */
export function BankBlock({ words, source, situation, isDependant, accounts }: BankProps) {
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

type PersonProps = { words: FileWords; person: Person };

export function AddressBlock({ words, person }: PersonProps) {
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
    </DataBlock>
  );
}

const regions = new Map<Language, Intl.DisplayNames>();

/** The name of a country from its two letters; the letters where there is none. Making the list of names is dear: it is kept. */
function countryName(code: string, language: Language): string {
  if (!/^[A-Z]{2}$/.test(code)) return code;
  const names = regions.get(language) ?? new Intl.DisplayNames([language], { type: "region" });
  regions.set(language, names);
  return names.of(code) ?? code;
}

export function ContactBlock({ words, person }: PersonProps) {
  const { t, organisation, freshness } = words;
  const names = { organisation: organisation.name };
  const { email, accountEmail, accountMobile, phone } = person;
  const isSame = email?.toLowerCase() === accountEmail.toLowerCase();
  const doubtful = (value: string) => `${value} (${t("dossier:contact.notVerified")})`;
  return (
    <DataBlock {...words} id="contact" heading={t("dossier:contact.heading")} source="amc" asOf={freshness.personnes}>
      <dl>
        <Term name={t("dossier:contact.accountEmail")}>{`${accountEmail} (${t("dossier:contact.verified")})`}</Term>
        {!isSame && (
          <Term name={t("dossier:contact.fileEmail", names)}>
            {email ? doubtful(email) : t("dossier:contact.noEmail")}
          </Term>
        )}
        {accountMobile && <Term name={t("dossier:contact.mobile")}>{doubtful(phoneText(accountMobile))}</Term>}
        <Term name={t("dossier:contact.phone", names)}>
          {phone ? doubtful(phoneText(phone)) : t("dossier:contact.noPhone")}
        </Term>
      </dl>
      <p class="hint">{t("dossier:contact.help")}</p>
    </DataBlock>
  );
}
