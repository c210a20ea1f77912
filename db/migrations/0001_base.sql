-- Everything the feed brings, in the order it loads. Every table is STRICT: a text in a column of cents is refused.
-- Common to all fed tables: version and updated_at come from the feed, ended is its logical end, digest is that of the
-- row's clear cells (sealed ones are compared by their keyed hash): a replay is known from a conflict without keeping
-- the row twice.

-- What the base knows of itself, such as the id of the key its lookup hashes were made with.
CREATE TABLE settings (
  name             TEXT NOT NULL PRIMARY KEY,
  value            TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE members (
  member_id        TEXT NOT NULL PRIMARY KEY,
  member_number    TEXT UNIQUE,
  affiliate_number TEXT UNIQUE,
  nir_sealed       BLOB,
  nir_hash         BLOB,
  nir_provisional  INTEGER NOT NULL DEFAULT 0 CHECK (nir_provisional IN (0, 1)),
  title            TEXT,
  birth_name       TEXT NOT NULL,
  usual_name       TEXT,
  first_names      TEXT NOT NULL,
  birth_date       TEXT NOT NULL,
  birth_rank       INTEGER NOT NULL DEFAULT 1 CHECK (birth_rank BETWEEN 1 AND 9),
  email            TEXT,
  phone            TEXT,
  address_1 TEXT, address_2 TEXT, address_3 TEXT, address_4 TEXT, address_5 TEXT, address_6 TEXT,
  country          TEXT,
  is_affiliate     INTEGER NOT NULL CHECK (is_affiliate IN (0, 1)),
  is_subscriber    INTEGER NOT NULL CHECK (is_subscriber IN (0, 1)),
  joined_on        TEXT,
  deceased         INTEGER NOT NULL DEFAULT 0 CHECK (deceased IN (0, 1)),
  version          INTEGER NOT NULL,
  updated_at       TEXT,
  ended            INTEGER NOT NULL DEFAULT 0 CHECK (ended IN (0, 1)),
  digest           BLOB NOT NULL,
  CHECK (member_number IS NOT NULL OR affiliate_number IS NOT NULL),
  CHECK ((nir_sealed IS NULL) = (nir_hash IS NULL))
) STRICT;
-- Not unique: a child may carry the number of the parent who insures it.
CREATE INDEX members_by_nir ON members (nir_hash) WHERE nir_hash IS NOT NULL;

CREATE TABLE amo_rights (
  member_id        TEXT NOT NULL PRIMARY KEY REFERENCES members (member_id),
  scheme           TEXT NOT NULL,
  fund             TEXT NOT NULL,
  centre           TEXT NOT NULL,
  fund_name        TEXT NOT NULL,
  holder_id        TEXT NOT NULL REFERENCES members (member_id),
  quality          INTEGER NOT NULL CHECK (quality BETWEEN 1 AND 4),
  rank             INTEGER NOT NULL CHECK (rank BETWEEN 1 AND 19),
  rights_from      TEXT NOT NULL,
  rights_to        TEXT NOT NULL,
  treating_doctor  TEXT NOT NULL CHECK (treating_doctor IN ('O', 'N', 'I')),
  exemption_code   TEXT,
  exemption_from   TEXT,
  exemption_to     TEXT,
  version          INTEGER NOT NULL,
  updated_at       TEXT,
  ended            INTEGER NOT NULL DEFAULT 0 CHECK (ended IN (0, 1)),
  digest           BLOB NOT NULL
) STRICT;
CREATE INDEX amo_rights_by_holder ON amo_rights (holder_id);

CREATE TABLE contracts (
  contract_id      TEXT NOT NULL PRIMARY KEY,
  subscriber_id    TEXT NOT NULL REFERENCES members (member_id),
  product_code     TEXT NOT NULL,
  product_name     TEXT NOT NULL,
  responsible      INTEGER NOT NULL CHECK (responsible IN (0, 1)),
  starts_on        TEXT NOT NULL,
  ends_on          TEXT,
  status           TEXT NOT NULL CHECK (status IN ('actif', 'suspendu', 'resilie', 'a_venir')),
  amc_number       TEXT NOT NULL,
  periodicity      TEXT,
  version          INTEGER NOT NULL,
  updated_at       TEXT,
  ended            INTEGER NOT NULL DEFAULT 0 CHECK (ended IN (0, 1)),
  digest           BLOB NOT NULL
) STRICT;
CREATE INDEX contracts_by_subscriber ON contracts (subscriber_id);

CREATE TABLE beneficiaries (
  contract_id      TEXT NOT NULL REFERENCES contracts (contract_id),
  member_id        TEXT NOT NULL REFERENCES members (member_id),
  link             TEXT NOT NULL CHECK (link IN ('assure', 'conjoint', 'enfant', 'autre')),
  starts_on        TEXT NOT NULL,
  ends_on          TEXT,
  noemie_status    TEXT NOT NULL,
  noemie_code      TEXT,
  noemie_on        TEXT,
  version          INTEGER NOT NULL,
  updated_at       TEXT,
  ended            INTEGER NOT NULL DEFAULT 0 CHECK (ended IN (0, 1)),
  digest           BLOB NOT NULL,
  PRIMARY KEY (contract_id, member_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX beneficiaries_by_member ON beneficiaries (member_id);

CREATE TABLE guarantees (
  contract_id      TEXT NOT NULL REFERENCES contracts (contract_id),
  item             TEXT NOT NULL,
  label            TEXT NOT NULL,
  level_pct_br     INTEGER,
  allowance_cents  INTEGER,
  allowance_period TEXT,
  third_party      INTEGER NOT NULL CHECK (third_party IN (0, 1)),
  position         INTEGER NOT NULL,
  version          INTEGER NOT NULL,
  updated_at       TEXT,
  ended            INTEGER NOT NULL DEFAULT 0 CHECK (ended IN (0, 1)),
  digest           BLOB NOT NULL,
  PRIMARY KEY (contract_id, item)
) STRICT, WITHOUT ROWID;

CREATE TABLE instalments (
  instalment_id    TEXT NOT NULL PRIMARY KEY,
  contract_id      TEXT NOT NULL REFERENCES contracts (contract_id),
  due_on           TEXT NOT NULL,
  amount_cents     INTEGER NOT NULL CHECK (amount_cents >= 0),
  mode             TEXT NOT NULL,
  status           TEXT NOT NULL CHECK (status IN ('a_venir', 'preleve', 'paye', 'rejete', 'regularise', 'annule')),
  paid_on          TEXT,
  reject_reason    TEXT,
  iban_last4       TEXT,
  version          INTEGER NOT NULL,
  updated_at       TEXT,
  ended            INTEGER NOT NULL DEFAULT 0 CHECK (ended IN (0, 1)),
  digest           BLOB NOT NULL
) STRICT;
CREATE INDEX instalments_by_contract ON instalments (contract_id, due_on);

CREATE TABLE bank_accounts (
  member_id        TEXT NOT NULL REFERENCES members (member_id),
  usage            TEXT NOT NULL CHECK (usage IN ('prestations_amo', 'prestations_amc', 'cotisations')),
  iban_sealed      BLOB NOT NULL,
  iban_hash        BLOB NOT NULL,
  iban_last4       TEXT NOT NULL,
  bic              TEXT,
  holder           TEXT NOT NULL,
  mandate          TEXT,
  since            TEXT,
  version          INTEGER NOT NULL,
  updated_at       TEXT,
  ended            INTEGER NOT NULL DEFAULT 0 CHECK (ended IN (0, 1)),
  digest           BLOB NOT NULL,
  PRIMARY KEY (member_id, usage)
) STRICT, WITHOUT ROWID;
CREATE INDEX bank_accounts_by_iban ON bank_accounts (iban_hash);

-- The three tables of a reimbursement are clustered on the person, so that the latest page of one member lies on a
-- few neighbouring pages however large the base: payments by (person paid, date), line_payments (which line a payment
-- pays, and how much) by the same key, lines (the care itself) by the person who received it.
CREATE TABLE payments (
  member_id        TEXT NOT NULL REFERENCES members (member_id),
  paid_on          TEXT NOT NULL,
  payment_id       TEXT NOT NULL UNIQUE,
  payer            TEXT NOT NULL CHECK (payer IN ('AMO', 'AMC')),
  nature           TEXT NOT NULL,
  value_on         TEXT,
  amount_cents     INTEGER NOT NULL,
  recipient        TEXT NOT NULL CHECK (recipient IN ('assure', 'professionnel', 'tiers')),
  mode             TEXT,
  iban_last4       TEXT,
  status           TEXT NOT NULL CHECK (status IN ('emis', 'rejete', 'annule')),
  statement_ref    TEXT,
  version          INTEGER NOT NULL,
  updated_at       TEXT,
  ended            INTEGER NOT NULL DEFAULT 0 CHECK (ended IN (0, 1)),
  digest           BLOB NOT NULL,
  PRIMARY KEY (member_id, paid_on, payment_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE lines (
  beneficiary_id   TEXT NOT NULL REFERENCES members (member_id),
  line_id          TEXT NOT NULL UNIQUE,
  amo_payment_id   TEXT REFERENCES payments (payment_id),
  amc_payment_id   TEXT REFERENCES payments (payment_id),
  care_from        TEXT NOT NULL,
  care_to          TEXT,
  provider         TEXT,
  specialty        TEXT,
  act_code         TEXT NOT NULL,
  label            TEXT NOT NULL,
  quantity         INTEGER NOT NULL,
  expense_cents    INTEGER NOT NULL,
  base_cents       INTEGER,
  rate             INTEGER,
  amo_gross_cents  INTEGER,
  pf_cents         INTEGER NOT NULL DEFAULT 0,
  deductible_cents INTEGER NOT NULL DEFAULT 0,
  amo_cents        INTEGER,
  amc_cents        INTEGER,
  rest_cents       INTEGER,
  amo_recipient    TEXT,
  amc_recipient    TEXT,
  pathway          TEXT NOT NULL CHECK (pathway IN ('O', 'N', 'I')),
  type             TEXT NOT NULL CHECK (type IN ('NORMALE', 'ANNULATION', 'CORRECTION', 'DEDUCTION')),
  origin_id        TEXT REFERENCES lines (line_id),
  version          INTEGER NOT NULL,
  updated_at       TEXT,
  PRIMARY KEY (beneficiary_id, line_id),
  CHECK (amo_payment_id IS NOT NULL OR amc_payment_id IS NOT NULL),
  CHECK ((type = 'NORMALE') = (origin_id IS NULL)),
  CHECK (quantity <> 0),
  CHECK (quantity < 0 OR type = 'DEDUCTION' OR (
    (amo_gross_cents IS NULL OR (amo_gross_cents >= 0 AND (base_cents IS NULL OR amo_gross_cents <= base_cents)))
    AND (amc_cents IS NULL OR amc_cents >= 0) AND (rest_cents IS NULL OR rest_cents >= 0)
    AND pf_cents >= 0 AND deductible_cents >= 0)),
  CHECK (rest_cents IS NULL OR amo_gross_cents IS NULL
    OR expense_cents = amo_gross_cents + coalesce(amc_cents, 0) + rest_cents - pf_cents - deductible_cents)
) STRICT, WITHOUT ROWID;
CREATE INDEX lines_by_origin ON lines (origin_id) WHERE origin_id IS NOT NULL;
-- A line is cancelled at most once.
CREATE UNIQUE INDEX lines_cancelled_once ON lines (origin_id) WHERE type = 'ANNULATION';

CREATE TABLE line_payments (
  member_id        TEXT NOT NULL,
  paid_on          TEXT NOT NULL,
  payment_id       TEXT NOT NULL,
  line_id          TEXT NOT NULL,
  beneficiary_id   TEXT NOT NULL,
  payer            TEXT NOT NULL CHECK (payer IN ('AMO', 'AMC')),
  amount_cents     INTEGER NOT NULL,
  PRIMARY KEY (member_id, paid_on, payment_id, line_id),
  -- A payment whose date or person is corrected takes its lines along.
  FOREIGN KEY (member_id, paid_on, payment_id) REFERENCES payments (member_id, paid_on, payment_id) ON UPDATE CASCADE,
  FOREIGN KEY (beneficiary_id, line_id) REFERENCES lines (beneficiary_id, line_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE vitale_cards (
  member_id        TEXT NOT NULL REFERENCES members (member_id),
  card_number      TEXT NOT NULL,
  status           TEXT NOT NULL,
  reason           TEXT,
  status_on        TEXT NOT NULL,
  issued_on        TEXT,
  sent_on          TEXT,
  version          INTEGER NOT NULL,
  updated_at       TEXT,
  ended            INTEGER NOT NULL DEFAULT 0 CHECK (ended IN (0, 1)),
  digest           BLOB NOT NULL,
  PRIMARY KEY (member_id, card_number)
) STRICT, WITHOUT ROWID;

CREATE TABLE ehic_requests (
  request_id       TEXT NOT NULL PRIMARY KEY,
  member_id        TEXT NOT NULL REFERENCES members (member_id),
  status           TEXT NOT NULL,
  card_number      TEXT,
  expires_on       TEXT,
  version          INTEGER NOT NULL,
  updated_at       TEXT,
  ended            INTEGER NOT NULL DEFAULT 0 CHECK (ended IN (0, 1)),
  digest           BLOB NOT NULL
) STRICT;
CREATE INDEX ehic_requests_by_member ON ehic_requests (member_id);

CREATE TABLE change_acks (
  change_id        TEXT NOT NULL PRIMARY KEY,
  result           TEXT NOT NULL CHECK (result IN ('applique', 'refuse')),
  reason           TEXT,
  version          INTEGER NOT NULL,
  updated_at       TEXT,
  ended            INTEGER NOT NULL DEFAULT 0 CHECK (ended IN (0, 1)),
  digest           BLOB NOT NULL
) STRICT;

-- What the importer remembers: each run, each file, the sequence of each source, and the rows whose parent has not come.
CREATE TABLE feed_sources (
  source           TEXT NOT NULL PRIMARY KEY,
  sequence         INTEGER NOT NULL
) STRICT;

CREATE TABLE feed_runs (
  run_id           INTEGER PRIMARY KEY,
  source           TEXT,
  sequence         INTEGER,
  mode             TEXT NOT NULL CHECK (mode IN ('delta', 'full')),
  started_at       INTEGER NOT NULL,
  finished_at      INTEGER,
  applied          INTEGER NOT NULL DEFAULT 0,
  unchanged        INTEGER NOT NULL DEFAULT 0,
  ignored          INTEGER NOT NULL DEFAULT 0,
  rejected         INTEGER NOT NULL DEFAULT 0,
  invited          INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE feed_files (
  run_id           INTEGER NOT NULL REFERENCES feed_runs (run_id),
  name             TEXT NOT NULL,
  entity           TEXT NOT NULL,
  sha256           BLOB NOT NULL,
  rows             INTEGER NOT NULL,
  refusal          TEXT,
  applied          INTEGER NOT NULL DEFAULT 0,
  unchanged        INTEGER NOT NULL DEFAULT 0,
  ignored          INTEGER NOT NULL DEFAULT 0,
  rejected         INTEGER NOT NULL DEFAULT 0,
  finished_at      INTEGER,
  PRIMARY KEY (run_id, name)
) STRICT, WITHOUT ROWID;

-- The row waits sealed: it may hold a social security number or an IBAN.
CREATE TABLE feed_orphans (
  entity           TEXT NOT NULL,
  key              TEXT NOT NULL,
  version          INTEGER NOT NULL,
  parent_entity    TEXT NOT NULL,
  parent_key       TEXT NOT NULL,
  row_sealed       BLOB NOT NULL,
  first_seen_at    INTEGER NOT NULL,
  PRIMARY KEY (entity, key, version)
) STRICT, WITHOUT ROWID;
CREATE INDEX feed_orphans_by_parent ON feed_orphans (parent_entity, parent_key);

-- How fresh what members read is, by entity: the time the back office gave its file.
CREATE TABLE data_freshness (
  entity           TEXT NOT NULL PRIMARY KEY,
  as_of            INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
