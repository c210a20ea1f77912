import { blob, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/**
 * Every table, for typed queries. The SQL in db/migrations is the master (STRICT, WITHOUT ROWID and CHECK cannot be
 * said here); a test compares the two, column by column. Moments are seconds since 1970 UTC, days are YYYY-MM-DD in
 * Paris, amounts are signed integer cents, rates are hundredths of a percent, flags are 0 or 1.
 */

export const settings = sqliteTable("settings", {
  name: text("name").primaryKey(),
  value: text("value").notNull(),
});

export const members = sqliteTable("members", {
  memberId: text("member_id").primaryKey(),
  memberNumber: text("member_number").unique(),
  affiliateNumber: text("affiliate_number").unique(),
  nirSealed: blob("nir_sealed", { mode: "buffer" }),
  nirHash: blob("nir_hash", { mode: "buffer" }),
  nirProvisional: integer("nir_provisional").notNull().default(0),
  title: text("title"),
  birthName: text("birth_name").notNull(),
  usualName: text("usual_name"),
  firstNames: text("first_names").notNull(),
  birthDate: text("birth_date").notNull(),
  birthRank: integer("birth_rank").notNull().default(1),
  email: text("email"),
  phone: text("phone"),
  address1: text("address_1"),
  address2: text("address_2"),
  address3: text("address_3"),
  address4: text("address_4"),
  address5: text("address_5"),
  address6: text("address_6"),
  country: text("country"),
  isAffiliate: integer("is_affiliate").notNull(),
  isSubscriber: integer("is_subscriber").notNull(),
  joinedOn: text("joined_on"),
  deceased: integer("deceased").notNull().default(0),
  version: integer("version").notNull(),
  updatedAt: text("updated_at"),
  ended: integer("ended").notNull().default(0),
  digest: blob("digest", { mode: "buffer" }).notNull(),
  letterListedAt: integer("letter_listed_at"),
});

export const amoRights = sqliteTable("amo_rights", {
  memberId: text("member_id").primaryKey(),
  scheme: text("scheme").notNull(),
  fund: text("fund").notNull(),
  centre: text("centre").notNull(),
  fundName: text("fund_name").notNull(),
  holderId: text("holder_id").notNull(),
  quality: integer("quality").notNull(),
  rank: integer("rank").notNull(),
  rightsFrom: text("rights_from").notNull(),
  rightsTo: text("rights_to").notNull(),
  treatingDoctor: text("treating_doctor", { enum: ["O", "N", "I"] }).notNull(),
  exemptionCode: text("exemption_code"),
  exemptionFrom: text("exemption_from"),
  exemptionTo: text("exemption_to"),
  version: integer("version").notNull(),
  updatedAt: text("updated_at"),
  ended: integer("ended").notNull().default(0),
  digest: blob("digest", { mode: "buffer" }).notNull(),
});

export const contracts = sqliteTable("contracts", {
  contractId: text("contract_id").primaryKey(),
  subscriberId: text("subscriber_id").notNull(),
  productCode: text("product_code").notNull(),
  productName: text("product_name").notNull(),
  responsible: integer("responsible").notNull(),
  startsOn: text("starts_on").notNull(),
  endsOn: text("ends_on"),
  status: text("status", { enum: ["actif", "suspendu", "resilie", "a_venir"] }).notNull(),
  amcNumber: text("amc_number").notNull(),
  periodicity: text("periodicity"),
  version: integer("version").notNull(),
  updatedAt: text("updated_at"),
  ended: integer("ended").notNull().default(0),
  digest: blob("digest", { mode: "buffer" }).notNull(),
});

export const beneficiaries = sqliteTable(
  "beneficiaries",
  {
    contractId: text("contract_id").notNull(),
    memberId: text("member_id").notNull(),
    link: text("link", { enum: ["assure", "conjoint", "enfant", "autre"] }).notNull(),
    startsOn: text("starts_on").notNull(),
    endsOn: text("ends_on"),
    noemieStatus: text("noemie_status").notNull(),
    noemieCode: text("noemie_code"),
    noemieOn: text("noemie_on"),
    version: integer("version").notNull(),
    updatedAt: text("updated_at"),
    ended: integer("ended").notNull().default(0),
    digest: blob("digest", { mode: "buffer" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.contractId, table.memberId] })],
);

export const guarantees = sqliteTable(
  "guarantees",
  {
    contractId: text("contract_id").notNull(),
    item: text("item").notNull(),
    label: text("label").notNull(),
    levelPctBr: integer("level_pct_br"),
    allowanceCents: integer("allowance_cents"),
    allowancePeriod: text("allowance_period"),
    thirdParty: integer("third_party").notNull(),
    position: integer("position").notNull(),
    version: integer("version").notNull(),
    updatedAt: text("updated_at"),
    ended: integer("ended").notNull().default(0),
    digest: blob("digest", { mode: "buffer" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.contractId, table.item] })],
);

export const instalments = sqliteTable("instalments", {
  instalmentId: text("instalment_id").primaryKey(),
  contractId: text("contract_id").notNull(),
  dueOn: text("due_on").notNull(),
  amountCents: integer("amount_cents").notNull(),
  mode: text("mode").notNull(),
  status: text("status", { enum: ["a_venir", "preleve", "paye", "rejete", "regularise", "annule"] }).notNull(),
  paidOn: text("paid_on"),
  rejectReason: text("reject_reason"),
  ibanLast4: text("iban_last4"),
  version: integer("version").notNull(),
  updatedAt: text("updated_at"),
  ended: integer("ended").notNull().default(0),
  digest: blob("digest", { mode: "buffer" }).notNull(),
});

export const bankAccounts = sqliteTable(
  "bank_accounts",
  {
    memberId: text("member_id").notNull(),
    usage: text("usage", { enum: ["prestations_amo", "prestations_amc", "cotisations"] }).notNull(),
    ibanSealed: blob("iban_sealed", { mode: "buffer" }).notNull(),
    ibanHash: blob("iban_hash", { mode: "buffer" }).notNull(),
    ibanLast4: text("iban_last4").notNull(),
    bic: text("bic"),
    holder: text("holder").notNull(),
    mandate: text("mandate"),
    since: text("since"),
    version: integer("version").notNull(),
    updatedAt: text("updated_at"),
    ended: integer("ended").notNull().default(0),
    digest: blob("digest", { mode: "buffer" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.memberId, table.usage] })],
);

export const payments = sqliteTable(
  "payments",
  {
    memberId: text("member_id").notNull(),
    paidOn: text("paid_on").notNull(),
    paymentId: text("payment_id").notNull().unique(),
    payer: text("payer", { enum: ["AMO", "AMC"] }).notNull(),
    nature: text("nature").notNull(),
    valueOn: text("value_on"),
    amountCents: integer("amount_cents").notNull(),
    recipient: text("recipient", { enum: ["assure", "professionnel", "tiers"] }).notNull(),
    mode: text("mode"),
    ibanLast4: text("iban_last4"),
    status: text("status", { enum: ["emis", "rejete", "annule"] }).notNull(),
    statementRef: text("statement_ref"),
    version: integer("version").notNull(),
    updatedAt: text("updated_at"),
    ended: integer("ended").notNull().default(0),
    digest: blob("digest", { mode: "buffer" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.memberId, table.paidOn, table.paymentId] })],
);

export const lines = sqliteTable(
  "lines",
  {
    beneficiaryId: text("beneficiary_id").notNull(),
    lineId: text("line_id").notNull().unique(),
    amoPaymentId: text("amo_payment_id"),
    amcPaymentId: text("amc_payment_id"),
    careFrom: text("care_from").notNull(),
    careTo: text("care_to"),
    provider: text("provider"),
    specialty: text("specialty"),
    actCode: text("act_code").notNull(),
    label: text("label").notNull(),
    quantity: integer("quantity").notNull(),
    expenseCents: integer("expense_cents").notNull(),
    baseCents: integer("base_cents"),
    rate: integer("rate"),
    amoGrossCents: integer("amo_gross_cents"),
    pfCents: integer("pf_cents").notNull().default(0),
    deductibleCents: integer("deductible_cents").notNull().default(0),
    amoCents: integer("amo_cents"),
    amcCents: integer("amc_cents"),
    restCents: integer("rest_cents"),
    amoRecipient: text("amo_recipient"),
    amcRecipient: text("amc_recipient"),
    pathway: text("pathway", { enum: ["O", "N", "I"] }).notNull(),
    type: text("type", { enum: ["NORMALE", "ANNULATION", "CORRECTION", "DEDUCTION"] }).notNull(),
    originId: text("origin_id"),
    version: integer("version").notNull(),
    updatedAt: text("updated_at"),
  },
  (table) => [primaryKey({ columns: [table.beneficiaryId, table.lineId] })],
);

export const linePayments = sqliteTable(
  "line_payments",
  {
    memberId: text("member_id").notNull(),
    paidOn: text("paid_on").notNull(),
    paymentId: text("payment_id").notNull(),
    lineId: text("line_id").notNull(),
    beneficiaryId: text("beneficiary_id").notNull(),
    payer: text("payer", { enum: ["AMO", "AMC"] }).notNull(),
    amountCents: integer("amount_cents").notNull(),
  },
  (table) => [primaryKey({ columns: [table.memberId, table.paidOn, table.paymentId, table.lineId] })],
);

export const vitaleCards = sqliteTable(
  "vitale_cards",
  {
    memberId: text("member_id").notNull(),
    cardNumber: text("card_number").notNull(),
    status: text("status").notNull(),
    reason: text("reason"),
    statusOn: text("status_on").notNull(),
    issuedOn: text("issued_on"),
    sentOn: text("sent_on"),
    version: integer("version").notNull(),
    updatedAt: text("updated_at"),
    ended: integer("ended").notNull().default(0),
    digest: blob("digest", { mode: "buffer" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.memberId, table.cardNumber] })],
);

export const ehicRequests = sqliteTable("ehic_requests", {
  requestId: text("request_id").primaryKey(),
  memberId: text("member_id").notNull(),
  status: text("status").notNull(),
  cardNumber: text("card_number"),
  expiresOn: text("expires_on"),
  version: integer("version").notNull(),
  updatedAt: text("updated_at"),
  ended: integer("ended").notNull().default(0),
  digest: blob("digest", { mode: "buffer" }).notNull(),
  reason: text("reason"),
});

export const changeAcks = sqliteTable("change_acks", {
  changeId: text("change_id").primaryKey(),
  result: text("result", { enum: ["applique", "refuse"] }).notNull(),
  reason: text("reason"),
  version: integer("version").notNull(),
  updatedAt: text("updated_at"),
  ended: integer("ended").notNull().default(0),
  digest: blob("digest", { mode: "buffer" }).notNull(),
});

export const feedSources = sqliteTable("feed_sources", {
  source: text("source").primaryKey(),
  sequence: integer("sequence").notNull(),
});

export const feedRuns = sqliteTable("feed_runs", {
  runId: integer("run_id").primaryKey(),
  source: text("source"),
  sequence: integer("sequence"),
  mode: text("mode", { enum: ["delta", "full"] }).notNull(),
  startedAt: integer("started_at").notNull(),
  finishedAt: integer("finished_at"),
  applied: integer("applied").notNull().default(0),
  unchanged: integer("unchanged").notNull().default(0),
  ignored: integer("ignored").notNull().default(0),
  rejected: integer("rejected").notNull().default(0),
  invited: integer("invited").notNull().default(0),
});

export const feedFiles = sqliteTable(
  "feed_files",
  {
    runId: integer("run_id").notNull(),
    name: text("name").notNull(),
    entity: text("entity").notNull(),
    sha256: blob("sha256", { mode: "buffer" }).notNull(),
    rows: integer("rows").notNull(),
    refusal: text("refusal"),
    applied: integer("applied").notNull().default(0),
    unchanged: integer("unchanged").notNull().default(0),
    ignored: integer("ignored").notNull().default(0),
    rejected: integer("rejected").notNull().default(0),
    finishedAt: integer("finished_at"),
  },
  (table) => [primaryKey({ columns: [table.runId, table.name] })],
);

export const feedOrphans = sqliteTable(
  "feed_orphans",
  {
    entity: text("entity").notNull(),
    key: text("key").notNull(),
    version: integer("version").notNull(),
    parentEntity: text("parent_entity").notNull(),
    parentKey: text("parent_key").notNull(),
    rowSealed: blob("row_sealed", { mode: "buffer" }).notNull(),
    firstSeenAt: integer("first_seen_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.entity, table.key, table.version] })],
);

export const dataFreshness = sqliteTable("data_freshness", {
  entity: text("entity").primaryKey(),
  asOf: integer("as_of").notNull(),
});

export const accounts = sqliteTable("accounts", {
  id: text("id").primaryKey(),
  memberId: text("member_id").notNull().unique(),
  status: text("status", { enum: ["unconfirmed", "awaiting_guardian", "active", "frozen"] }).notNull(),
  email: text("email").notNull(),
  language: text("language", { enum: ["fr", "en"] })
    .notNull()
    .default("fr"),
  createdAt: integer("created_at").notNull(),
  activatedAt: integer("activated_at").notNull(),
  mobile: text("mobile"),
  lastSeenAt: integer("last_seen_at").notNull().default(0),
  inactivityWarnedAt: integer("inactivity_warned_at"),
  mobileVerifiedAt: integer("mobile_verified_at"),
});

export const credentials = sqliteTable("credentials", {
  accountId: text("account_id").primaryKey(),
  passwordHash: text("password_hash").notNull(),
  changedAt: integer("changed_at").notNull(),
});

export const sessions = sqliteTable("sessions", {
  id: text("id").primaryKey(),
  userId: text("user_id").notNull(),
  expiresAt: integer("expires_at").notNull(),
  absoluteAt: integer("absolute_at").notNull(),
  createdAt: integer("created_at").notNull(),
  passwordAt: integer("password_at").notNull().default(0),
  deviceId: text("device_id"),
  label: text("label").notNull().default(""),
  network: text("network").notNull().default(""),
});

export const devices = sqliteTable("devices", {
  deviceId: text("device_id").primaryKey(),
  accountId: text("account_id").notNull(),
  label: text("label").notNull(),
  network: text("network").notNull(),
  createdAt: integer("created_at").notNull(),
  lastUsedAt: integer("last_used_at").notNull(),
  expiresAt: integer("expires_at").notNull(),
});

export const deviceTokens = sqliteTable("device_tokens", {
  tokenHash: blob("token_hash", { mode: "buffer" }).primaryKey(),
  deviceId: text("device_id").notNull(),
  replacedAt: integer("replaced_at"),
});

export const challenges = sqliteTable("challenges", {
  tokenHash: blob("token_hash", { mode: "buffer" }).primaryKey(),
  accountId: text("account_id").notNull(),
  purpose: text("purpose", { enum: ["second_factor", "confirm_first", "setup"] }).notNull(),
  remember: integer("remember").notNull().default(0),
  attempts: integer("attempts").notNull().default(0),
  state: text("state").notNull().default("{}"),
  createdAt: integer("created_at").notNull(),
  expiresAt: integer("expires_at").notNull(),
});

export const secondFactors = sqliteTable("second_factors", {
  factorId: text("factor_id").primaryKey(),
  accountId: text("account_id").notNull(),
  kind: text("kind", { enum: ["totp", "passkey", "mail"] }).notNull(),
  label: text("label").notNull(),
  secretSealed: blob("secret_sealed", { mode: "buffer" }),
  lastStep: integer("last_step").notNull().default(0),
  credentialId: text("credential_id").unique(),
  publicKey: blob("public_key", { mode: "buffer" }),
  signCount: integer("sign_count").notNull().default(0),
  transports: text("transports"),
  createdAt: integer("created_at").notNull(),
  lastUsedAt: integer("last_used_at"),
});

export const recoveryCodes = sqliteTable(
  "recovery_codes",
  {
    accountId: text("account_id").notNull(),
    codeHash: blob("code_hash", { mode: "buffer" }).notNull(),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.codeHash] })],
);

export const preferences = sqliteTable("preferences", {
  accountId: text("account_id").primaryKey(),
  newsletterSmeno: integer("newsletter_smeno").notNull().default(0),
  newsletterMutuelle: integer("newsletter_mutuelle").notNull().default(0),
  offers: integer("offers").notNull().default(0),
  partnerOffers: integer("partner_offers").notNull().default(0),
  alertEmail: integer("alert_email").notNull().default(0),
  alertSms: integer("alert_sms").notNull().default(0),
  changedAt: integer("changed_at").notNull(),
  alertEmailSince: integer("alert_email_since").notNull().default(0),
  alertSmsSince: integer("alert_sms_since").notNull().default(0),
});

export const guardianConsents = sqliteTable("guardian_consents", {
  accountId: text("account_id").primaryKey(),
  guardianName: text("guardian_name").notNull(),
  guardianEmail: text("guardian_email").notNull(),
  askedAt: integer("asked_at").notNull(),
  decision: text("decision", { enum: ["accept", "refuse"] }),
  decidedAt: integer("decided_at"),
});

export const drafts = sqliteTable(
  "drafts",
  {
    accountId: text("account_id").notNull(),
    path: text("path").notNull(),
    fieldsSealed: blob("fields_sealed", { mode: "buffer" }).notNull(),
    expiresAt: integer("expires_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.path] })],
);

export const cases = sqliteTable("cases", {
  caseId: integer("case_id").primaryKey(),
  kind: text("kind").$type<"lost" | "phishing" | "email_check" | "charter_contest" | "identity_check">().notNull(),
  memberId: text("member_id"),
  openedAt: integer("opened_at").notNull(),
  contentSealed: blob("content_sealed", { mode: "buffer" }).notNull(),
  closedAt: integer("closed_at"),
  resultSealed: blob("result_sealed", { mode: "buffer" }),
  closedBy: text("closed_by"),
});

export const outbound = sqliteTable("outbound", {
  outboundId: integer("outbound_id").primaryKey(),
  entity: text("entity", {
    enum: ["changements", "demandes_ceam", "preferences_papier", "declarations_vitale", "suppressions"],
  }).notNull(),
  memberId: text("member_id").notNull(),
  contentSealed: blob("content_sealed", { mode: "buffer" }).notNull(),
  queuedAt: integer("queued_at").notNull(),
  dueAt: integer("due_at").notNull(),
  exportSequence: integer("export_sequence"),
});

export const mailingExports = sqliteTable("mailing_exports", {
  sequence: integer("sequence").primaryKey(),
  folder: text("folder").notNull(),
  exportedAt: integer("exported_at").notNull(),
  digest: text("digest").notNull(),
  rowCount: integer("row_count").notNull(),
});

export const outboundExports = sqliteTable("outbound_exports", {
  sequence: integer("sequence").primaryKey(),
  exportedAt: integer("exported_at").notNull(),
  folder: text("folder").notNull(),
  rowCount: integer("row_count").notNull(),
});

export const oneTimeLinks = sqliteTable("one_time_links", {
  tokenHash: blob("token_hash", { mode: "buffer" }).primaryKey(),
  purpose: text("purpose", {
    enum: ["invitation", "confirmation", "guardian", "password_reset", "email_change", "freeze"],
  }).notNull(),
  memberId: text("member_id").notNull(),
  createdAt: integer("created_at").notNull(),
  expiresAt: integer("expires_at").notNull(),
});

export const invitations = sqliteTable("invitations", {
  memberId: text("member_id").primaryKey(),
  firstInvitedAt: integer("first_invited_at").notNull(),
  lastInvitedAt: integer("last_invited_at").notNull(),
  usedAt: integer("used_at"),
});

export const throttles = sqliteTable("throttles", {
  key: blob("key", { mode: "buffer" }).primaryKey(),
  failures: integer("failures").notNull(),
  windowEndsAt: integer("window_ends_at").notNull(),
  blockedUntil: integer("blocked_until").notNull().default(0),
});

export const knownAddresses = sqliteTable(
  "known_addresses",
  {
    accountId: text("account_id").notNull(),
    addressHash: blob("address_hash", { mode: "buffer" }).notNull(),
    lastUsedAt: integer("last_used_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.addressHash] })],
);

export const mailTemplates = sqliteTable("mail_templates", {
  sha256: blob("sha256", { mode: "buffer" }).primaryKey(),
  content: text("content").notNull(),
});

export const mails = sqliteTable("mails", {
  mailId: integer("mail_id").primaryKey(),
  messageId: text("message_id").notNull().unique(),
  uniqueKey: text("unique_key").unique(),
  kind: text("kind").notNull(),
  memberId: text("member_id"),
  recipient: text("recipient").notNull(),
  language: text("language", { enum: ["fr", "en"] }).notNull(),
  contentSealed: blob("content_sealed", { mode: "buffer" }).notNull(),
  priority: integer("priority").notNull().default(0),
  state: text("state", { enum: ["queued", "sent", "dead"] })
    .notNull()
    .default("queued"),
  attempts: integer("attempts").notNull().default(0),
  queuedAt: integer("queued_at").notNull(),
  dueAt: integer("due_at").notNull(),
  leasedUntil: integer("leased_until").notNull().default(0),
  settledAt: integer("settled_at"),
  answer: text("answer"),
});

export const charterVersions = sqliteTable("charter_versions", {
  number: integer("number").primaryKey(),
  effectiveOn: text("effective_on").notNull(),
  text: text("text").notNull(),
  sha256: text("sha256").notNull(),
  publishedAt: integer("published_at").notNull().default(0),
});

export const charterNotices = sqliteTable(
  "charter_notices",
  {
    accountId: text("account_id").notNull(),
    number: integer("number").notNull(),
    state: text("state", { enum: ["notified", "approved_by_use", "approved_tacitly", "contested"] }).notNull(),
    notifiedAt: integer("notified_at").notNull(),
    seenAt: integer("seen_at"),
    settledAt: integer("settled_at"),
  },
  (table) => [primaryKey({ columns: [table.accountId, table.number] })],
);

export const evidenceHead = sqliteTable("evidence_head", {
  id: integer("id").primaryKey(),
  sequence: integer("sequence").notNull(),
  mac: blob("mac", { mode: "buffer" }).notNull(),
});

export const evidence = sqliteTable("evidence", {
  sequence: integer("sequence").primaryKey(),
  at: integer("at").notNull(),
  kind: text("kind").notNull(),
  memberId: text("member_id"),
  actor: text("actor").notNull(),
  details: text("details").notNull(),
  previousHash: blob("previous_hash", { mode: "buffer" }).notNull(),
  hash: blob("hash", { mode: "buffer" }).notNull(),
});

export const deferred = sqliteTable("deferred", {
  deferredId: integer("deferred_id").primaryKey(),
  kind: text("kind")
    .$type<"password.forgotten" | "registration.requested" | "link.lapsed" | "credentials.reported">()
    .notNull(),
  payloadSealed: blob("payload_sealed", { mode: "buffer" }).notNull(),
  queuedAt: integer("queued_at").notNull(),
  attempts: integer("attempts").notNull().default(0),
});

export const changes = sqliteTable("changes", {
  changeId: text("change_id").primaryKey(),
  memberId: text("member_id").notNull(),
  kind: text("kind", { enum: ["address", "email", "mobile", "iban"] }).notNull(),
  usage: text("usage", { enum: ["amo", "amc", "contributions"] }),
  state: text("state", { enum: ["unconfirmed", "pending", "applied", "refused", "cancelled"] }).notNull(),
  contentSealed: blob("content_sealed", { mode: "buffer" }).notNull(),
  requestedAt: integer("requested_at").notNull(),
  dueAt: integer("due_at").notNull(),
  settledAt: integer("settled_at"),
  reason: text("reason"),
  codeHash: blob("code_hash", { mode: "buffer" }),
  codeAttempts: integer("code_attempts").notNull().default(0),
  codeExpiresAt: integer("code_expires_at"),
  outboundId: integer("outbound_id"),
  settledBy: text("settled_by"),
});

export const texts = sqliteTable("texts", {
  textId: integer("text_id").primaryKey(),
  messageId: text("message_id").notNull().unique(),
  uniqueKey: text("unique_key").unique(),
  kind: text("kind").notNull(),
  memberId: text("member_id"),
  recipient: text("recipient").notNull(),
  contentSealed: blob("content_sealed", { mode: "buffer" }).notNull(),
  state: text("state", { enum: ["queued", "sent", "dead"] })
    .notNull()
    .default("queued"),
  attempts: integer("attempts").notNull().default(0),
  queuedAt: integer("queued_at").notNull(),
  dueAt: integer("due_at").notNull(),
  leasedUntil: integer("leased_until").notNull().default(0),
  settledAt: integer("settled_at"),
  answer: text("answer"),
  delivery: text("delivery", { enum: ["delivered", "failed"] }),
  deliveredAt: integer("delivered_at"),
  priority: integer("priority").notNull().default(0),
});

export const certificates = sqliteTable("certificates", {
  certificateId: text("certificate_id").primaryKey(),
  memberId: text("member_id").notNull(),
  kind: text("kind", { enum: ["rights", "mutual", "card", "ehic"] }).notNull(),
  codeHash: blob("code_hash", { mode: "buffer" }).notNull().unique(),
  contentHash: blob("content_hash", { mode: "buffer" }).notNull(),
  contentSealed: blob("content_sealed", { mode: "buffer" }).notNull(),
  pdfSha256: text("pdf_sha256"),
  issuedOn: text("issued_on").notNull(),
  issuedAt: integer("issued_at").notNull(),
  validFrom: text("valid_from").notNull(),
  validTo: text("valid_to").notNull(),
  revokedAt: integer("revoked_at"),
  beneficiaryId: text("beneficiary_id"),
});

export const vitaleDeclarations = sqliteTable("vitale_declarations", {
  declarationId: text("declaration_id").primaryKey(),
  declaredBy: text("declared_by").notNull(),
  bearerId: text("bearer_id").notNull(),
  cardNumber: text("card_number").notNull(),
  reason: text("reason", { enum: ["perte", "vol", "dysfonctionnement"] }).notNull(),
  contentSealed: blob("content_sealed", { mode: "buffer" }).notNull(),
  declaredAt: integer("declared_at").notNull(),
});

export const threads = sqliteTable("threads", {
  threadId: integer("thread_id").primaryKey(),
  memberId: text("member_id").notNull(),
  topic: text("topic", { enum: ["reimbursements", "file", "documents", "account", "rights", "other"] }).notNull(),
  subjectSealed: blob("subject_sealed", { mode: "buffer" }).notNull(),
  about: text("about"),
  openedAt: integer("opened_at").notNull(),
  closedAt: integer("closed_at"),
  waitingSince: integer("waiting_since"),
});

export const messages = sqliteTable("messages", {
  messageId: integer("message_id").primaryKey(),
  threadId: integer("thread_id").notNull(),
  author: text("author", { enum: ["member", "staff"] }).notNull(),
  bodySealed: blob("body_sealed", { mode: "buffer" }).notNull(),
  sentAt: integer("sent_at").notNull(),
  readAt: integer("read_at"),
  staff: text("staff"),
});

const cardStates = [
  "requested",
  "sent",
  "in_production",
  "shipped",
  "received",
  "returned",
  "refused",
  "cancelled",
] as const;

export const cardRequests = sqliteTable("card_requests", {
  requestId: text("request_id").primaryKey(),
  memberId: text("member_id").notNull(),
  askedBy: text("asked_by").notNull(),
  country: text("country").notNull(),
  departsOn: text("departs_on").notNull(),
  returnsOn: text("returns_on").notNull(),
  lost: integer("lost").notNull().default(0),
  state: text("state", { enum: cardStates }).notNull(),
  reason: text("reason"),
  requestedAt: integer("requested_at").notNull(),
  stateAt: integer("state_at").notNull(),
  version: integer("version").notNull().default(1),
  outboundId: integer("outbound_id"),
});

export const cardRequestSteps = sqliteTable(
  "card_request_steps",
  {
    requestId: text("request_id").notNull(),
    version: integer("version").notNull(),
    state: text("state", { enum: cardStates }).notNull(),
    at: integer("at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.requestId, table.version] })],
);

export const staff = sqliteTable("staff", {
  staffId: text("staff_id").primaryKey(),
  email: text("email").notNull().unique(),
  role: text("role", { enum: ["adviser", "admin", "dpo"] }).notNull(),
  passwordHash: text("password_hash"),
  totpSealed: blob("totp_sealed", { mode: "buffer" }),
  totpLastStep: integer("totp_last_step").notNull().default(0),
  createdAt: integer("created_at").notNull(),
  setUpAt: integer("set_up_at"),
  disabledAt: integer("disabled_at"),
  lastSeenAt: integer("last_seen_at"),
});

export const staffLinks = sqliteTable("staff_links", {
  tokenHash: blob("token_hash", { mode: "buffer" }).primaryKey(),
  staffId: text("staff_id").notNull().unique(),
  totpSealed: blob("totp_sealed", { mode: "buffer" }).notNull(),
  createdAt: integer("created_at").notNull(),
  expiresAt: integer("expires_at").notNull(),
});

export const staffSessions = sqliteTable("staff_sessions", {
  id: text("id").primaryKey(),
  staffId: text("staff_id").notNull(),
  expiresAt: integer("expires_at").notNull(),
  absoluteAt: integer("absolute_at").notNull(),
  createdAt: integer("created_at").notNull(),
  label: text("label").notNull(),
  network: text("network").notNull(),
});

export const staffDrafts = sqliteTable(
  "staff_drafts",
  {
    staffId: text("staff_id").notNull(),
    path: text("path").notNull(),
    fieldsSealed: blob("fields_sealed", { mode: "buffer" }).notNull(),
    expiresAt: integer("expires_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.staffId, table.path] })],
);

export const staffOpenings = sqliteTable("staff_openings", {
  openingId: integer("opening_id").primaryKey(),
  staffId: text("staff_id").notNull(),
  sessionId: text("session_id").notNull(),
  memberId: text("member_id").notNull(),
  reason: text("reason").notNull(),
  noteSealed: blob("note_sealed", { mode: "buffer" }),
  parts: text("parts").notNull().default(""),
  openedAt: integer("opened_at").notNull(),
  expiresAt: integer("expires_at").notNull(),
});

export const peopleFound = sqliteTable("people_found", {
  personId: integer("person_id").primaryKey(),
  memberId: text("member_id").notNull().unique(),
});

export const nameWords = sqliteTable("name_words", {
  wordId: integer("word_id").primaryKey(),
  word: text("word").notNull().unique(),
});

export const rightsRequests = sqliteTable("rights_requests", {
  requestId: integer("request_id").primaryKey(),
  memberId: text("member_id").notNull(),
  kind: text("kind", { enum: ["access", "deletion", "opposition", "rectification"] }).notNull(),
  channel: text("channel", { enum: ["post", "e-mail"] }).notNull(),
  receivedOn: text("received_on").notNull(),
  reference: text("reference").notNull(),
  dueOn: text("due_on").notNull(),
  contentSealed: blob("content_sealed", { mode: "buffer" }).notNull(),
  recordedBy: text("recorded_by").notNull(),
  recordedAt: integer("recorded_at").notNull(),
  settledAt: integer("settled_at"),
  settledBy: text("settled_by"),
  outcome: text("outcome", { enum: ["granted", "refused", "moot"] }),
  resultSealed: blob("result_sealed", { mode: "buffer" }),
});

export const notices = sqliteTable("notices", {
  noticeId: integer("notice_id").primaryKey(),
  kind: text("kind", { enum: ["change", "interruption", "end"] }).notNull(),
  digest: blob("digest", { mode: "buffer" }).notNull().unique(),
  subjectFr: text("subject_fr").notNull(),
  textFr: text("text_fr").notNull(),
  subjectEn: text("subject_en").notNull(),
  textEn: text("text_en").notNull(),
  startsAt: integer("starts_at").notNull(),
  endsAt: integer("ends_at").notNull(),
  sentBy: text("sent_by").notNull(),
  sentAt: integer("sent_at").notNull(),
  finishedAt: integer("finished_at"),
});

export const noticeDeliveries = sqliteTable(
  "notice_deliveries",
  {
    noticeId: integer("notice_id").notNull(),
    accountId: text("account_id").notNull(),
    toldAt: integer("told_at").notNull(),
  },
  (table) => [primaryKey({ columns: [table.noticeId, table.accountId] })],
);

export const alerts = sqliteTable(
  "alerts",
  {
    memberId: text("member_id").notNull(),
    channel: text("channel", { enum: ["email", "sms"] }).notNull(),
    paymentId: text("payment_id").notNull(),
    keptAt: integer("kept_at").notNull(),
    queuedAt: integer("queued_at"),
  },
  (table) => [primaryKey({ columns: [table.memberId, table.channel, table.paymentId] })],
);

export const bounces = sqliteTable("bounces", {
  bounceId: integer("bounce_id").primaryKey(),
  messageId: text("message_id").notNull(),
  memberId: text("member_id"),
  recipient: text("recipient").notNull(),
  kind: text("kind", { enum: ["hard", "soft"] }).notNull(),
  reason: text("reason").notNull(),
  bouncedAt: integer("bounced_at").notNull(),
  settledAt: integer("settled_at"),
  settledBy: text("settled_by"),
});
