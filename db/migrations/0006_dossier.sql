-- What members ask the back office to change, what they can prove, and what they write.

-- When the owner of an account gave back the code that was sent to accounts.mobile; null for a number only typed.
ALTER TABLE accounts ADD COLUMN mobile_verified_at INTEGER;

-- A change is asked here, leaves in the feed (entity changements), and is answered by changements_ack. unconfirmed: the
-- new e-mail or mobile has not shown yet that it is theirs. An IBAN leaves 72 hours after it was asked; it stands in
-- full in its row of the outbound feed alone. due_at: when it leaves or left, 0 as long as it is not confirmed.
-- code_hash: of the code sent to a mobile, or of the link that stops an IBAN before it leaves. outbound_id: null once
-- the row of the feed was purged, and of what never left.
CREATE TABLE changes (
  change_id        TEXT NOT NULL PRIMARY KEY,
  member_id        TEXT NOT NULL REFERENCES members (member_id),
  kind             TEXT NOT NULL CHECK (kind IN ('address', 'email', 'mobile', 'iban')),
  usage            TEXT CHECK (usage IN ('amo', 'amc', 'contributions')),
  state            TEXT NOT NULL CHECK (state IN ('unconfirmed', 'pending', 'applied', 'refused', 'cancelled')),
  content_sealed   BLOB NOT NULL,
  requested_at     INTEGER NOT NULL,
  due_at           INTEGER NOT NULL,
  settled_at       INTEGER,
  reason           TEXT,
  code_hash        BLOB,
  code_attempts    INTEGER NOT NULL DEFAULT 0,
  code_expires_at  INTEGER,
  outbound_id      INTEGER REFERENCES outbound (outbound_id) ON DELETE SET NULL,
  CHECK ((kind = 'iban') = (usage IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX changes_one_open ON changes (member_id, kind, coalesce(usage, '')) WHERE state IN ('unconfirmed', 'pending');
CREATE INDEX changes_by_member ON changes (member_id, requested_at);
CREATE INDEX changes_by_outbound ON changes (outbound_id);
CREATE INDEX changes_by_code ON changes (code_hash) WHERE code_hash IS NOT NULL;

-- The text messages to send: same life as mails.
CREATE TABLE texts (
  text_id          INTEGER PRIMARY KEY,
  message_id       TEXT NOT NULL UNIQUE,
  unique_key       TEXT UNIQUE,
  kind             TEXT NOT NULL,
  member_id        TEXT REFERENCES members (member_id),
  recipient        TEXT NOT NULL,
  content_sealed   BLOB NOT NULL,
  state            TEXT NOT NULL DEFAULT 'queued' CHECK (state IN ('queued', 'sent', 'dead')),
  attempts         INTEGER NOT NULL DEFAULT 0,
  queued_at        INTEGER NOT NULL,
  due_at           INTEGER NOT NULL,
  leased_until     INTEGER NOT NULL DEFAULT 0,
  settled_at       INTEGER,
  answer           TEXT
) STRICT;
CREATE INDEX texts_due ON texts (due_at) WHERE state = 'queued';
CREATE INDEX texts_by_member ON texts (member_id);

-- Each certificate as it was issued. The code is what anyone checks it by. The same content on the same day is the same
-- certificate.
CREATE TABLE certificates (
  certificate_id   TEXT NOT NULL PRIMARY KEY,
  member_id        TEXT NOT NULL REFERENCES members (member_id),
  kind             TEXT NOT NULL CHECK (kind IN ('rights', 'mutual', 'card')),
  code_hash        BLOB NOT NULL UNIQUE,
  content_hash     BLOB NOT NULL,
  content_sealed   BLOB NOT NULL,
  pdf_sha256       TEXT,
  issued_on        TEXT NOT NULL,
  issued_at        INTEGER NOT NULL,
  valid_from       TEXT NOT NULL,
  valid_to         TEXT NOT NULL,
  revoked_at       INTEGER,
  UNIQUE (member_id, kind, issued_on, content_hash)
) STRICT;

-- A loss, theft or fault told here: not an opposition until the feed confirms it.
CREATE TABLE vitale_declarations (
  declaration_id   TEXT NOT NULL PRIMARY KEY,
  declared_by      TEXT NOT NULL REFERENCES members (member_id),
  bearer_id        TEXT NOT NULL REFERENCES members (member_id),
  card_number      TEXT NOT NULL,
  reason           TEXT NOT NULL CHECK (reason IN ('perte', 'vol', 'dysfonctionnement')),
  content_sealed   BLOB NOT NULL,
  declared_at      INTEGER NOT NULL,
  UNIQUE (bearer_id, card_number, reason)
) STRICT;
CREATE INDEX vitale_declarations_by_author ON vitale_declarations (declared_by);

-- What members write and what is answered. about is the address of the page, and the place in it, it is about.
CREATE TABLE threads (
  thread_id        INTEGER PRIMARY KEY,
  member_id        TEXT NOT NULL REFERENCES members (member_id),
  topic            TEXT NOT NULL CHECK (topic IN ('reimbursements', 'file', 'documents', 'account', 'rights', 'other')),
  subject_sealed   BLOB NOT NULL,
  about            TEXT,
  opened_at        INTEGER NOT NULL,
  closed_at        INTEGER
) STRICT;
CREATE INDEX threads_by_member ON threads (member_id, thread_id);

CREATE TABLE messages (
  message_id       INTEGER PRIMARY KEY,
  thread_id        INTEGER NOT NULL REFERENCES threads (thread_id) ON DELETE CASCADE,
  author           TEXT NOT NULL CHECK (author IN ('member', 'staff')),
  body_sealed      BLOB NOT NULL,
  sent_at          INTEGER NOT NULL,
  read_at          INTEGER
) STRICT;
CREATE INDEX messages_by_thread ON messages (thread_id, message_id);
