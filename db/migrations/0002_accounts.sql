-- The portal's own data: who may sign in, what is mailed, and the evidence of what matters.

CREATE TABLE accounts (
  id               TEXT NOT NULL PRIMARY KEY,
  member_id        TEXT NOT NULL UNIQUE REFERENCES members (member_id),
  status           TEXT NOT NULL CHECK (status IN ('unconfirmed', 'awaiting_guardian', 'active', 'frozen')),
  email            TEXT NOT NULL,
  language         TEXT NOT NULL DEFAULT 'fr' CHECK (language IN ('fr', 'en')),
  created_at       INTEGER NOT NULL,
  activated_at     INTEGER NOT NULL
) STRICT;

-- Apart from accounts, so that no query that reads an account carries the hash about.
CREATE TABLE credentials (
  account_id       TEXT NOT NULL PRIMARY KEY REFERENCES accounts (id) ON DELETE CASCADE,
  password_hash    TEXT NOT NULL,
  changed_at       INTEGER NOT NULL
) STRICT;

-- The id is the SHA-256 of the cookie's value. expires_at slides with use, absolute_at never moves (both in seconds).
CREATE TABLE sessions (
  id               TEXT NOT NULL PRIMARY KEY,
  user_id          TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  expires_at       INTEGER NOT NULL,
  absolute_at      INTEGER NOT NULL,
  created_at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (user_id);

-- One mechanism for every link in a mail: only its hash is kept; consumed by one conditional DELETE.
CREATE TABLE one_time_links (
  token_hash       BLOB NOT NULL PRIMARY KEY,
  purpose          TEXT NOT NULL CHECK (purpose IN ('invitation', 'confirmation', 'guardian', 'password_reset', 'email_change', 'freeze')),
  member_id        TEXT NOT NULL REFERENCES members (member_id),
  created_at       INTEGER NOT NULL,
  expires_at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX one_time_links_by_member ON one_time_links (member_id, purpose);

-- One invitation a person, once for ever: a replayed feed finds the row and sends nothing.
CREATE TABLE invitations (
  member_id        TEXT NOT NULL PRIMARY KEY REFERENCES members (member_id),
  first_invited_at INTEGER NOT NULL,
  last_invited_at  INTEGER NOT NULL
) STRICT;

-- Failed tries, by keyed hash of what is limited. A restart keeps them.
CREATE TABLE throttles (
  key              BLOB NOT NULL PRIMARY KEY,
  failures         INTEGER NOT NULL,
  window_ends_at   INTEGER NOT NULL,
  blocked_until    INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

-- Addresses an account was signed in from: they stay open when strangers elsewhere fail at this account.
CREATE TABLE known_addresses (
  account_id       TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  address_hash     BLOB NOT NULL,
  last_used_at     INTEGER NOT NULL,
  PRIMARY KEY (account_id, address_hash)
) STRICT, WITHOUT ROWID;

-- The mails to send, queued in the transaction of what they tell. The content is sealed: it carries links.
CREATE TABLE mails (
  mail_id          INTEGER PRIMARY KEY,
  message_id       TEXT NOT NULL UNIQUE,
  unique_key       TEXT UNIQUE,
  kind             TEXT NOT NULL,
  member_id        TEXT REFERENCES members (member_id),
  recipient        TEXT NOT NULL,
  language         TEXT NOT NULL CHECK (language IN ('fr', 'en')),
  content_sealed   BLOB NOT NULL,
  priority         INTEGER NOT NULL DEFAULT 0,
  state            TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'dead')),
  attempts         INTEGER NOT NULL DEFAULT 0,
  queued_at        INTEGER NOT NULL,
  due_at           INTEGER NOT NULL,
  leased_until     INTEGER NOT NULL DEFAULT 0,
  settled_at       INTEGER,
  answer           TEXT
) STRICT;
CREATE INDEX mails_due ON mails (priority, due_at) WHERE state = 'queued';

CREATE TABLE charter_versions (
  number           INTEGER NOT NULL PRIMARY KEY,
  effective_on     TEXT NOT NULL,
  text             TEXT NOT NULL,
  sha256           TEXT NOT NULL
) STRICT;
CREATE TRIGGER charter_versions_never_change BEFORE UPDATE ON charter_versions
BEGIN SELECT raise(ABORT, 'a version of the charter never changes'); END;

-- Append only, each row chained to the one before by its hash.
CREATE TABLE evidence (
  sequence         INTEGER PRIMARY KEY,
  at               INTEGER NOT NULL,
  kind             TEXT NOT NULL,
  member_id        TEXT,
  actor            TEXT NOT NULL,
  details          TEXT NOT NULL,
  previous_hash    BLOB NOT NULL,
  hash             BLOB NOT NULL
) STRICT;
CREATE INDEX evidence_by_member ON evidence (member_id, sequence);
CREATE TRIGGER evidence_keeps_its_rows BEFORE UPDATE ON evidence
BEGIN SELECT raise(ABORT, 'evidence is append only'); END;
