-- The life of an account: how it begins, who signs in from where, how it ends, and what is proven of it.

-- activated_at is 0 until the account is usable. mobile is what its owner typed for alerts, E.164.
ALTER TABLE accounts ADD COLUMN mobile TEXT;
ALTER TABLE accounts ADD COLUMN last_seen_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE accounts ADD COLUMN inactivity_warned_at INTEGER;
UPDATE accounts SET last_seen_at = activated_at;

-- A device that opens sessions without the password, for 30 days, because its owner asked for it.
CREATE TABLE devices (
  device_id        TEXT NOT NULL PRIMARY KEY,
  account_id       TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  label            TEXT NOT NULL,
  network          TEXT NOT NULL,
  created_at       INTEGER NOT NULL,
  last_used_at     INTEGER NOT NULL,
  expires_at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX devices_by_account ON devices (account_id);

-- The tokens a device has had, hashed; each opens one session. One that comes back after it was replaced was copied.
CREATE TABLE device_tokens (
  token_hash       BLOB NOT NULL PRIMARY KEY,
  device_id        TEXT NOT NULL REFERENCES devices (device_id) ON DELETE CASCADE,
  replaced_at      INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX device_tokens_by_device ON device_tokens (device_id);

-- password_at: when the password was typed last, 0 in a session begun by a remembered device (seconds).
-- label: kind of browser and system. network: the address without its last part.
ALTER TABLE sessions ADD COLUMN password_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE sessions ADD COLUMN device_id TEXT REFERENCES devices (device_id) ON DELETE CASCADE;
ALTER TABLE sessions ADD COLUMN label TEXT NOT NULL DEFAULT '';
ALTER TABLE sessions ADD COLUMN network TEXT NOT NULL DEFAULT '';
CREATE INDEX sessions_by_device ON sessions (device_id);
UPDATE sessions SET password_at = created_at;

-- Who has given a right password and must do one more thing before a session: a second factor, or confirm the account.
-- state is what that step keeps between its pages, as JSON without a secret in clear.
CREATE TABLE challenges (
  token_hash       BLOB NOT NULL PRIMARY KEY,
  account_id       TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  purpose          TEXT NOT NULL CHECK (purpose IN ('second_factor', 'confirm_first', 'setup')),
  remember         INTEGER NOT NULL DEFAULT 0 CHECK (remember IN (0, 1)),
  attempts         INTEGER NOT NULL DEFAULT 0,
  state            TEXT NOT NULL DEFAULT '{}',
  created_at       INTEGER NOT NULL,
  expires_at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX challenges_by_account ON challenges (account_id);

-- What a member adds to the password. secret_sealed: of a TOTP. The other columns: of a passkey.
CREATE TABLE second_factors (
  factor_id        TEXT NOT NULL PRIMARY KEY,
  account_id       TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  kind             TEXT NOT NULL CHECK (kind IN ('totp', 'passkey', 'mail')),
  label            TEXT NOT NULL,
  secret_sealed    BLOB,
  last_step        INTEGER NOT NULL DEFAULT 0,
  credential_id    TEXT UNIQUE,
  public_key       BLOB,
  sign_count       INTEGER NOT NULL DEFAULT 0,
  transports       TEXT,
  created_at       INTEGER NOT NULL,
  last_used_at     INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX second_factors_by_account ON second_factors (account_id);

-- Ten codes to print, hashed, each good once.
CREATE TABLE recovery_codes (
  account_id       TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  code_hash        BLOB NOT NULL,
  PRIMARY KEY (account_id, code_hash)
) STRICT, WITHOUT ROWID;

-- What each account chose to receive. How and when it was chosen stands in the evidence.
CREATE TABLE preferences (
  account_id           TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  newsletter_smeno     INTEGER NOT NULL DEFAULT 0 CHECK (newsletter_smeno IN (0, 1)),
  newsletter_mutuelle  INTEGER NOT NULL DEFAULT 0 CHECK (newsletter_mutuelle IN (0, 1)),
  offers               INTEGER NOT NULL DEFAULT 0 CHECK (offers IN (0, 1)),
  partner_offers       INTEGER NOT NULL DEFAULT 0 CHECK (partner_offers IN (0, 1)),
  alert_email          INTEGER NOT NULL DEFAULT 0 CHECK (alert_email IN (0, 1)),
  alert_sms            INTEGER NOT NULL DEFAULT 0 CHECK (alert_sms IN (0, 1)),
  changed_at           INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The legal representative of a minor: whom the link was sent to, and what was answered.
CREATE TABLE guardian_consents (
  account_id       TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  guardian_name    TEXT NOT NULL,
  guardian_email   TEXT NOT NULL,
  asked_at         INTEGER NOT NULL,
  decision         TEXT CHECK (decision IN ('accept', 'refuse')),
  decided_at       INTEGER
) STRICT, WITHOUT ROWID;

-- A form that came after the end of its session, kept for its owner for ten minutes, never with a password.
CREATE TABLE drafts (
  account_id       TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  path             TEXT NOT NULL,
  fields_sealed    BLOB NOT NULL,
  expires_at       INTEGER NOT NULL,
  PRIMARY KEY (account_id, path)
) STRICT, WITHOUT ROWID;

-- What somebody of the mutual must look into: lost credentials, phishing, an e-mail to check, a charter contested.
CREATE TABLE cases (
  case_id          INTEGER PRIMARY KEY,
  kind             TEXT NOT NULL,
  member_id        TEXT REFERENCES members (member_id),
  opened_at        INTEGER NOT NULL,
  content_sealed   BLOB NOT NULL,
  closed_at        INTEGER,
  result_sealed    BLOB
) STRICT;
CREATE INDEX cases_by_member ON cases (member_id);

-- What the back office is to be told: rows of the outbound feed, sealed, each exported once.
CREATE TABLE outbound (
  outbound_id      INTEGER PRIMARY KEY,
  entity           TEXT NOT NULL CHECK (entity IN ('changements', 'demandes_ceam', 'preferences_papier', 'declarations_vitale', 'suppressions')),
  member_id        TEXT NOT NULL REFERENCES members (member_id),
  content_sealed   BLOB NOT NULL,
  queued_at        INTEGER NOT NULL,
  due_at           INTEGER NOT NULL,
  export_sequence  INTEGER REFERENCES outbound_exports (sequence)
) STRICT;
CREATE INDEX outbound_by_member ON outbound (member_id);
CREATE INDEX outbound_by_export ON outbound (export_sequence);

CREATE TABLE outbound_exports (
  sequence         INTEGER PRIMARY KEY,
  exported_at      INTEGER NOT NULL,
  folder           TEXT NOT NULL,
  row_count        INTEGER NOT NULL
) STRICT;

-- published_at is 0 for the version the product is delivered with, which was announced to nobody here.
ALTER TABLE charter_versions ADD COLUMN published_at INTEGER NOT NULL DEFAULT 0;
CREATE TRIGGER charter_versions_are_never_removed BEFORE DELETE ON charter_versions
BEGIN SELECT raise(ABORT, 'a version of the charter is never removed'); END;

-- How each account stands with a version published after it was opened.
CREATE TABLE charter_notices (
  account_id       TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  number           INTEGER NOT NULL REFERENCES charter_versions (number),
  state            TEXT NOT NULL CHECK (state IN ('notified', 'approved_by_use', 'approved_tacitly', 'contested')),
  notified_at      INTEGER NOT NULL,
  seen_at          INTEGER,
  settled_at       INTEGER,
  PRIMARY KEY (account_id, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX charter_notices_open ON charter_notices (notified_at) WHERE state = 'notified';

-- The end of the evidence journal, under a keyed hash: rows cut off at the end are missed too.
CREATE TABLE evidence_head (
  id               INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  sequence         INTEGER NOT NULL,
  mac              BLOB NOT NULL
) STRICT;
-- Rows from before: the empty head tells a journal that is still to be sealed from one whose head was taken away.
INSERT INTO evidence_head SELECT 1, max(sequence), x'' FROM evidence HAVING count(*) > 0;

-- A row is never removed. What has been kept long enough loses its words, never its place nor its hash; actor then
-- names the row of the journal that tells of it.
DROP TRIGGER evidence_keeps_its_rows;
CREATE TRIGGER evidence_keeps_its_rows BEFORE UPDATE ON evidence
WHEN NOT (NEW.kind = 'purged' AND NEW.member_id IS NULL AND NEW.details = '' AND NEW.at = 0
  AND NEW.sequence = OLD.sequence AND NEW.previous_hash = OLD.previous_hash AND NEW.hash = OLD.hash)
BEGIN SELECT raise(ABORT, 'evidence is append only'); END;
CREATE TRIGGER evidence_is_never_removed BEFORE DELETE ON evidence
BEGIN SELECT raise(ABORT, 'evidence is append only'); END;
CREATE INDEX evidence_by_time ON evidence (at);
CREATE INDEX evidence_ends ON evidence (member_id, sequence)
  WHERE kind IN ('account.deleted', 'account.annulled', 'account.replaced');

-- A person's mails, and those kept long enough, without reading through the content of all.
CREATE INDEX mails_by_member ON mails (member_id);
CREATE INDEX mails_settled ON mails (settled_at) WHERE settled_at IS NOT NULL;

-- The kinds of deferred work are named by the program: the list grows with it.
CREATE TABLE deferred_new (
  deferred_id      INTEGER PRIMARY KEY,
  kind             TEXT NOT NULL,
  payload_sealed   BLOB NOT NULL,
  queued_at        INTEGER NOT NULL,
  attempts         INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO deferred_new SELECT * FROM deferred;
DROP TABLE deferred;
ALTER TABLE deferred_new RENAME TO deferred;
