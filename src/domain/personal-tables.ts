/** How the rows of a table that are held on a person are found, and what of them the person is given. */
export type Held = {
  /** SQL after WHERE, over `t`, with @memberId and @accountId. */
  where: string;
  shown: string[];
  /** Sealed columns, given opened. */
  sealed?: string[];
  /** Those of them that somebody typed: given to the letter, even when they look like JSON. */
  typed?: string[];
  /** Columns that are written by another piece of SQL: to leave out who else is named, or to say whom. */
  written?: Record<string, string>;
  /** Its texts may hold what a stranger typed: mailboxes that are not the person's are left out. */
  mayNameOthers?: boolean;
  /** Columns that are not given, and why. */
  left?: Record<string, string>;
};

/** A table in which nothing is held on a person, and why. */
export type NotHeld = { none: string };

const ofMember = "t.member_id = @memberId";
const ofAccount = "t.account_id = @accountId";
const feed = ["version", "updated_at", "ended"];
const digest = { digest: "a hash of the row, to know a replay" };
const token = { token_hash: "a hash, of what only the person's browser or mailbox holds" };
const subscribed = "SELECT contract_id FROM contracts WHERE subscriber_id = @memberId";

/** An identifier is given where it is the person's own: of others, not even a number. */
const onlySelf = (column: string) => `CASE WHEN t.${column} = @memberId THEN t.${column} END`;
const ownPayment = (column: string) =>
  `(SELECT p.payment_id FROM payments p WHERE p.payment_id = t.${column} AND p.member_id = @memberId)`;

/** Every table of the base, none forgotten: a test compares this with the base, column by column. */
export const heldTables: Record<string, Held | NotHeld> = {
  members: {
    where: ofMember,
    shown: words(`member_id member_number affiliate_number nir_provisional title birth_name usual_name first_names
      birth_date birth_rank email phone address_1 address_2 address_3 address_4 address_5 address_6 country is_affiliate
      is_subscriber joined_on deceased letter_listed_at`).concat(feed),
    sealed: ["nir_sealed"],
    left: { ...digest, nir_hash: "a hash of the number, to find it" },
  },
  amo_rights: {
    where: ofMember,
    shown: words(`member_id scheme fund centre fund_name holder_id quality rank rights_from rights_to treating_doctor
      exemption_code exemption_from exemption_to`).concat(feed),
    written: { holder_id: onlySelf("holder_id") },
    left: digest,
  },
  contracts: {
    where: "t.subscriber_id = @memberId",
    shown: words(`contract_id subscriber_id product_code product_name responsible starts_on ends_on status amc_number
      periodicity`).concat(feed),
    left: digest,
  },
  beneficiaries: {
    where: ofMember,
    shown: words("contract_id member_id link starts_on ends_on noemie_status noemie_code noemie_on").concat(feed),
    left: digest,
  },
  guarantees: {
    where: `t.contract_id IN (${subscribed} UNION SELECT contract_id FROM beneficiaries WHERE member_id = @memberId)`,
    shown: words("contract_id item label level_pct_br allowance_cents allowance_period third_party position").concat(
      feed,
    ),
    left: digest,
  },
  instalments: {
    where: `t.contract_id IN (${subscribed})`,
    shown: words("instalment_id contract_id due_on amount_cents mode status paid_on reject_reason iban_last4").concat(
      feed,
    ),
    left: digest,
  },
  bank_accounts: {
    where: ofMember,
    shown: words("member_id usage iban_last4 bic holder mandate since").concat(feed),
    sealed: ["iban_sealed"],
    left: { ...digest, iban_hash: "a hash of the number, to find it" },
  },
  payments: {
    where: ofMember,
    shown: words(`member_id paid_on payment_id payer nature value_on amount_cents recipient mode iban_last4 status
      statement_ref`).concat(feed),
    left: digest,
  },
  lines: {
    // The person's own care, and the care of others that the person is paid for: what the page of payments shows.
    where: `t.line_id IN (SELECT line_id FROM lines WHERE beneficiary_id = @memberId
      UNION SELECT line_id FROM line_payments WHERE member_id = @memberId)`,
    shown:
      words(`beneficiary_id line_id amo_payment_id amc_payment_id care_from care_to provider specialty act_code label
      quantity expense_cents base_cents rate amo_gross_cents pf_cents deductible_cents amo_cents amc_cents rest_cents
      amo_recipient amc_recipient pathway type origin_id version updated_at`),
    written: {
      beneficiary_id: "(SELECT m.first_names FROM members m WHERE m.member_id = t.beneficiary_id)",
      amo_payment_id: ownPayment("amo_payment_id"),
      amc_payment_id: ownPayment("amc_payment_id"),
    },
  },
  line_payments: {
    where: ofMember,
    shown: words("member_id paid_on payment_id line_id beneficiary_id payer amount_cents"),
    written: { beneficiary_id: onlySelf("beneficiary_id") },
  },
  vitale_cards: {
    where: ofMember,
    shown: words("member_id card_number status reason status_on issued_on sent_on").concat(feed),
    left: digest,
  },
  ehic_requests: {
    where: ofMember,
    shown: words("request_id member_id status card_number expires_on reason").concat(feed),
    left: digest,
  },
  card_requests: {
    // Those the person made, and those that a parent made for the person.
    where: "(t.asked_by = @memberId OR t.member_id = @memberId)",
    shown: words(`request_id member_id asked_by country departs_on returns_on lost state reason requested_at state_at
      version outbound_id`),
    written: { asked_by: onlySelf("asked_by"), member_id: onlySelf("member_id") },
  },
  card_request_steps: {
    where: "t.request_id IN (SELECT request_id FROM card_requests WHERE asked_by = @memberId OR member_id = @memberId)",
    shown: words("request_id version state at"),
  },
  change_acks: { none: "it answers a change by its number, and names nobody" },
  feed_sources: { none: "which files were loaded" },
  feed_runs: { none: "which files were loaded" },
  feed_files: { none: "which files were loaded" },
  feed_orphans: {
    none: "sealed rows that wait, seven days at most, for the one they belong to: until then, to nobody",
  },
  data_freshness: { none: "how fresh each file is" },
  accounts: {
    where: "t.id = @accountId",
    shown: words(`id member_id status email language created_at activated_at mobile last_seen_at inactivity_warned_at
      mobile_verified_at`),
  },
  credentials: {
    where: ofAccount,
    shown: words("account_id changed_at"),
    left: { password_hash: "what the password is compared with" },
  },
  sessions: {
    where: "t.user_id = @accountId",
    shown: words("user_id expires_at absolute_at created_at password_at device_id label network"),
    left: { id: token.token_hash },
  },
  devices: {
    where: ofAccount,
    shown: words("device_id account_id label network created_at last_used_at expires_at"),
  },
  device_tokens: {
    where: "t.device_id IN (SELECT device_id FROM devices WHERE account_id = @accountId)",
    shown: words("device_id replaced_at"),
    left: token,
  },
  challenges: {
    where: ofAccount,
    shown: words("account_id purpose remember attempts created_at expires_at"),
    left: { ...token, state: "what a step of sign-in keeps for ten minutes: it may open the account" },
  },
  second_factors: {
    where: ofAccount,
    shown: words(
      `factor_id account_id kind label last_step credential_id sign_count transports created_at last_used_at`,
    ),
    left: {
      secret_sealed: "what codes are made from: it opens the account",
      public_key: "what a passkey is checked with",
    },
  },
  recovery_codes: {
    where: ofAccount,
    shown: ["account_id"],
    left: { code_hash: "a hash of the code" },
  },
  preferences: {
    where: ofAccount,
    shown: words(
      `account_id newsletter_smeno newsletter_mutuelle offers partner_offers alert_email alert_sms changed_at
      alert_email_since alert_sms_since`,
    ),
  },
  guardian_consents: {
    where: ofAccount,
    shown: words("account_id guardian_name guardian_email asked_at decision decided_at"),
  },
  drafts: {
    where: ofAccount,
    shown: words("account_id path expires_at"),
    sealed: ["fields_sealed"],
  },
  cases: {
    where: ofMember,
    shown: words("case_id kind member_id opened_at closed_at"),
    sealed: ["content_sealed", "result_sealed"],
    typed: ["result_sealed"],
    mayNameOthers: true,
    left: { closed_by: "who of the mutual closed it" },
  },
  rights_requests: {
    where: ofMember,
    shown: words("request_id member_id kind channel received_on reference due_on recorded_at settled_at outcome"),
    sealed: ["content_sealed", "result_sealed"],
    typed: ["result_sealed"],
    left: { recorded_by: "who of the mutual recorded it", settled_by: "who of the mutual settled it" },
  },
  threads: {
    where: ofMember,
    shown: words("thread_id member_id topic about opened_at closed_at waiting_since"),
    sealed: ["subject_sealed"],
    typed: ["subject_sealed"],
  },
  messages: {
    where: "t.thread_id IN (SELECT thread_id FROM threads WHERE member_id = @memberId)",
    shown: words("message_id thread_id author sent_at read_at"),
    sealed: ["body_sealed"],
    typed: ["body_sealed"],
    left: { staff: "who of the mutual wrote it" },
  },
  outbound: {
    where: ofMember,
    shown: words("outbound_id entity member_id queued_at due_at export_sequence"),
    sealed: ["content_sealed"],
  },
  certificates: {
    where: ofMember,
    shown: words(`certificate_id member_id kind pdf_sha256 issued_on issued_at valid_from valid_to revoked_at
      beneficiary_id`),
    written: { beneficiary_id: onlySelf("beneficiary_id") },
    left: {
      code_hash: "a hash of the code, which the certificate shows",
      content_hash: "a hash of what it says, to know it again",
      content_sealed: "who stands on it, others too: the certificate itself says it",
    },
  },
  vitale_declarations: {
    // Those the person made, and those that a parent made on the person's card.
    where: "(t.declared_by = @memberId OR t.bearer_id = @memberId)",
    shown: words("declaration_id declared_by bearer_id card_number reason declared_at"),
    sealed: ["content_sealed"],
    written: { declared_by: onlySelf("declared_by"), bearer_id: onlySelf("bearer_id") },
  },
  outbound_exports: { none: "which files were written" },
  mailing_exports: { none: "which files were written" },
  changes: {
    where: ofMember,
    shown: words(`change_id member_id kind usage state requested_at due_at settled_at reason code_attempts
      code_expires_at outbound_id`),
    sealed: ["content_sealed"],
    left: {
      code_hash: "a hash of the code or of the link that was sent",
      settled_by: "who of the mutual decided",
    },
  },
  texts: {
    where: ofMember,
    shown: words(`text_id message_id unique_key kind member_id recipient state attempts queued_at due_at settled_at
      answer delivery delivered_at priority`),
    sealed: ["content_sealed"],
    left: { leased_until: "which process is sending it now" },
  },
  alerts: { where: ofMember, shown: words("member_id channel payment_id kept_at queued_at") },
  one_time_links: {
    where: ofMember,
    shown: words("purpose member_id created_at expires_at"),
    left: token,
  },
  invitations: { where: ofMember, shown: words("member_id first_invited_at last_invited_at used_at") },
  throttles: { none: "counters of tries under keyed hashes, a day at most" },
  known_addresses: {
    where: ofAccount,
    shown: words("account_id last_used_at"),
    left: { address_hash: "a hash of the address" },
  },
  mails: {
    where: ofMember,
    shown:
      words(`mail_id message_id unique_key kind member_id recipient language priority state attempts queued_at due_at
      settled_at answer`),
    sealed: ["content_sealed"],
    mayNameOthers: true,
    left: { leased_until: "which process is sending it now" },
  },
  bounces: {
    where: ofMember,
    shown: words("bounce_id message_id member_id recipient kind reason bounced_at settled_at"),
    mayNameOthers: true,
    left: { settled_by: "who of the mutual looked into it" },
  },
  mail_templates: { none: "what many mails have in common, without the words of any" },
  notices: { none: "the notices of the service, the same for everybody" },
  notice_deliveries: { where: ofAccount, shown: words("notice_id account_id told_at") },
  charter_versions: { none: "the charter, the same for everybody" },
  charter_notices: {
    where: ofAccount,
    shown: words("account_id number state notified_at seen_at settled_at"),
  },
  evidence_head: { none: "the end of the journal" },
  evidence: {
    where: ofMember,
    shown: words("sequence at kind member_id actor details"),
    mayNameOthers: true,
    left: { previous_hash: "a hash of the row before", hash: "a hash of the row" },
  },
  deferred: { none: "what was typed and is looked at a moment later, sealed" },
  staff: { none: "who works for the mutual" },
  staff_links: { none: "who works for the mutual" },
  staff_sessions: { none: "who works for the mutual" },
  staff_drafts: { none: "what somebody of the mutual has typed and not sent, for ten minutes, sealed" },
  staff_openings: {
    where: ofMember,
    shown: words("opening_id member_id reason parts opened_at expires_at"),
    sealed: ["note_sealed"],
    typed: ["note_sealed"],
    left: { staff_id: "who of the mutual it was", session_id: token.token_hash },
  },
  people_found: { none: "the number under which the index of names finds a person: the names stand in members" },
  name_words: { none: "each word of all names, once, without saying whose" },
  name_index: { none: "the words of the names that stand in members" },
  settings: { none: "what the base knows of itself" },
  migrations: { none: "what the base knows of itself" },
};

export function isHeld(table: Held | NotHeld): table is Held {
  return "where" in table;
}

function words(text: string): string[] {
  return text.split(/\s+/);
}
