-- The European card, the back office that answers, what members choose to receive, and mail that comes back.

-- A European card asked for, one row a person: it leaves in the feed (entity demandes_ceam) under request_id, and the
-- answers of the feed (ehic_requests) and of staff move its state. version counts the decisions: two advisers on one
-- request never overwrite each other. lost: it replaces a card that was lost or stolen. outbound_id: null once the row of
-- the feed was purged, and of what never left.
CREATE TABLE card_requests (
  request_id       TEXT NOT NULL PRIMARY KEY,
  member_id        TEXT NOT NULL REFERENCES members (member_id),
  asked_by         TEXT NOT NULL REFERENCES members (member_id),
  country          TEXT NOT NULL,
  departs_on       TEXT NOT NULL,
  returns_on       TEXT NOT NULL,
  lost             INTEGER NOT NULL DEFAULT 0 CHECK (lost IN (0, 1)),
  state            TEXT NOT NULL CHECK (state IN ('requested', 'sent', 'in_production', 'shipped', 'received', 'returned', 'refused', 'cancelled')),
  reason           TEXT,
  requested_at     INTEGER NOT NULL,
  state_at         INTEGER NOT NULL,
  version          INTEGER NOT NULL DEFAULT 1,
  outbound_id      INTEGER REFERENCES outbound (outbound_id) ON DELETE SET NULL
) STRICT;
CREATE UNIQUE INDEX card_requests_one_open ON card_requests (member_id) WHERE state IN ('requested', 'sent', 'in_production');
CREATE INDEX card_requests_by_member ON card_requests (member_id, requested_at);
CREATE INDEX card_requests_by_author ON card_requests (asked_by);
CREATE INDEX card_requests_waiting ON card_requests (requested_at, request_id) WHERE state IN ('requested', 'sent', 'in_production');
CREATE INDEX card_requests_by_outbound ON card_requests (outbound_id);
CREATE INDEX card_requests_not_told ON card_requests (outbound_id) WHERE state = 'requested';

-- Each state a request has had, and when.
CREATE TABLE card_request_steps (
  request_id       TEXT NOT NULL REFERENCES card_requests (request_id) ON DELETE CASCADE,
  version          INTEGER NOT NULL,
  state            TEXT NOT NULL CHECK (state IN ('requested', 'sent', 'in_production', 'shipped', 'received', 'returned', 'refused', 'cancelled')),
  at               INTEGER NOT NULL,
  PRIMARY KEY (request_id, version)
) STRICT, WITHOUT ROWID;

-- Why the back office has refused a card or sent it back, where numbers of persons and accounts are hidden.
ALTER TABLE ehic_requests ADD COLUMN reason TEXT;

-- ehic: the provisional certificate that stands in for a European card. beneficiary_id: of that one alone, the person
-- it is for, who has one at a time.
CREATE TABLE certificates_new (
  certificate_id   TEXT NOT NULL PRIMARY KEY,
  member_id        TEXT NOT NULL REFERENCES members (member_id),
  kind             TEXT NOT NULL CHECK (kind IN ('rights', 'mutual', 'card', 'ehic')),
  code_hash        BLOB NOT NULL UNIQUE,
  content_hash     BLOB NOT NULL,
  content_sealed   BLOB NOT NULL,
  pdf_sha256       TEXT,
  issued_on        TEXT NOT NULL,
  issued_at        INTEGER NOT NULL,
  valid_from       TEXT NOT NULL,
  valid_to         TEXT NOT NULL,
  revoked_at       INTEGER,
  beneficiary_id   TEXT REFERENCES members (member_id),
  UNIQUE (member_id, kind, issued_on, content_hash),
  CHECK ((kind = 'ehic') = (beneficiary_id IS NOT NULL))
) STRICT;
INSERT INTO certificates_new SELECT *, NULL FROM certificates;
DROP TABLE certificates;
ALTER TABLE certificates_new RENAME TO certificates;
CREATE INDEX certificates_by_beneficiary ON certificates (beneficiary_id, valid_to) WHERE beneficiary_id IS NOT NULL;

-- Who works for the mutual. password_hash and totp_sealed are null until the set-up link was followed.
CREATE TABLE staff (
  staff_id         TEXT NOT NULL PRIMARY KEY,
  email            TEXT NOT NULL UNIQUE,
  role             TEXT NOT NULL CHECK (role IN ('adviser', 'admin', 'dpo')),
  password_hash    TEXT,
  totp_sealed      BLOB,
  totp_last_step   INTEGER NOT NULL DEFAULT 0,
  created_at       INTEGER NOT NULL,
  set_up_at        INTEGER,
  disabled_at      INTEGER,
  last_seen_at     INTEGER,
  CHECK ((password_hash IS NULL) = (totp_sealed IS NULL))
) STRICT;

-- The one-time links of espace staff add: only the hash is kept. totp_sealed: the key the page of the link shows.
CREATE TABLE staff_links (
  token_hash       BLOB NOT NULL PRIMARY KEY,
  staff_id         TEXT NOT NULL UNIQUE REFERENCES staff (staff_id) ON DELETE CASCADE,
  totp_sealed      BLOB NOT NULL,
  created_at       INTEGER NOT NULL,
  expires_at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The id is the SHA-256 of the cookie's value. expires_at slides with use, absolute_at never moves (both in seconds).
CREATE TABLE staff_sessions (
  id               TEXT NOT NULL PRIMARY KEY,
  staff_id         TEXT NOT NULL REFERENCES staff (staff_id) ON DELETE CASCADE,
  expires_at       INTEGER NOT NULL,
  absolute_at      INTEGER NOT NULL,
  created_at       INTEGER NOT NULL,
  label            TEXT NOT NULL,
  network          TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX staff_sessions_by_staff ON staff_sessions (staff_id);

-- What somebody of the mutual typed in a form and could not send before the end of their session, sealed.
CREATE TABLE staff_drafts (
  staff_id         TEXT NOT NULL REFERENCES staff (staff_id) ON DELETE CASCADE,
  path             TEXT NOT NULL,
  fields_sealed    BLOB NOT NULL,
  expires_at       INTEGER NOT NULL,
  PRIMARY KEY (staff_id, path)
) STRICT, WITHOUT ROWID;

-- A member's file opened by somebody of the mutual: why, and until when it stays open in that session. parts: which
-- parts of it the journal has told of, each once an opening.
CREATE TABLE staff_openings (
  opening_id       INTEGER PRIMARY KEY,
  staff_id         TEXT NOT NULL REFERENCES staff (staff_id),
  session_id       TEXT NOT NULL,
  member_id        TEXT NOT NULL REFERENCES members (member_id),
  reason           TEXT NOT NULL,
  note_sealed      BLOB,
  parts            TEXT NOT NULL DEFAULT '',
  opened_at        INTEGER NOT NULL,
  expires_at       INTEGER NOT NULL
) STRICT;
CREATE INDEX staff_openings_by_session ON staff_openings (session_id, member_id);
CREATE INDEX staff_openings_by_member ON staff_openings (member_id);
CREATE INDEX staff_openings_by_staff ON staff_openings (staff_id);
CREATE INDEX staff_openings_by_time ON staff_openings (opened_at);

-- Finding people by name. The words of their names and their day of birth stand in the full-text index, without
-- accents and capitals, under the person_id of people_found; each word of a name once in name_words, where a search
-- looks for those that resemble what was typed. No reference to members: what only finds a person must not keep it.
CREATE TABLE people_found (
  person_id        INTEGER PRIMARY KEY,
  member_id        TEXT NOT NULL UNIQUE
) STRICT;
CREATE TABLE name_words (
  word_id          INTEGER PRIMARY KEY,
  word             TEXT NOT NULL UNIQUE
) STRICT;
CREATE VIRTUAL TABLE name_index USING fts5 (words, content = '', contentless_delete = 1, detail = none, tokenize = 'ascii');
-- What is deleted goes when its part of the index is merged anyway: a merge of its own would hold an import up.
INSERT INTO name_index (name_index, rank) VALUES ('deletemerge', 0);
CREATE TRIGGER people_gone_are_not_found AFTER DELETE ON members
BEGIN
  DELETE FROM name_index WHERE rowid = (SELECT person_id FROM people_found WHERE member_id = OLD.member_id);
  DELETE FROM people_found WHERE member_id = OLD.member_id;
END;

-- Finding people by the e-mail of their file, whatever its capitals.
CREATE INDEX members_by_email ON members (email COLLATE NOCASE) WHERE email IS NOT NULL;

-- Who of the mutual wrote, closed or decided: its e-mail, for the mutual alone.
ALTER TABLE messages ADD COLUMN staff TEXT;
ALTER TABLE cases ADD COLUMN closed_by TEXT;
ALTER TABLE changes ADD COLUMN settled_by TEXT;

-- The queues of the back office, the oldest first, and what was decided, the latest first.
CREATE INDEX card_requests_settled ON card_requests (state_at, request_id) WHERE state IN ('shipped', 'received', 'returned', 'refused', 'cancelled');
CREATE INDEX changes_waiting ON changes (requested_at, change_id) WHERE state = 'pending';
CREATE INDEX changes_settled ON changes (settled_at, change_id) WHERE state IN ('applied', 'refused');
CREATE INDEX cases_open ON cases (opened_at, case_id, kind) WHERE closed_at IS NULL;
CREATE INDEX cases_closed ON cases (closed_at, case_id, kind) WHERE closed_at IS NOT NULL;

-- Since when the member waits for an answer: null when the last word is the mutual's, or nobody writes any more.
ALTER TABLE threads ADD COLUMN waiting_since INTEGER;
UPDATE threads SET waiting_since = (
  SELECT min(m.sent_at) FROM messages m
  WHERE m.thread_id = threads.thread_id AND m.author = 'member' AND m.message_id > coalesce(
    (SELECT max(o.message_id) FROM messages o WHERE o.thread_id = threads.thread_id AND o.author = 'staff'), 0))
  WHERE closed_at IS NULL;
CREATE INDEX threads_waiting ON threads (waiting_since, thread_id, topic, about) WHERE waiting_since IS NOT NULL;
CREATE INDEX threads_answered ON threads (thread_id, topic) WHERE waiting_since IS NULL;
CREATE INDEX threads_by_topic ON threads (topic, thread_id) WHERE waiting_since IS NULL;
CREATE INDEX threads_about ON threads (thread_id) WHERE waiting_since IS NULL AND about IS NOT NULL;

-- When the account was opened that the person was invited to: null as long as the invitation waits.
ALTER TABLE invitations ADD COLUMN used_at INTEGER;
UPDATE invitations SET used_at = coalesce(
  (SELECT max(e.at) FROM evidence e
   WHERE e.member_id = invitations.member_id AND e.kind = 'account.opened' AND e.at >= invitations.last_invited_at),
  (SELECT nullif(a.activated_at, 0) FROM accounts a WHERE a.member_id = invitations.member_id));
CREATE INDEX invitations_waiting ON invitations (last_invited_at, member_id) WHERE used_at IS NULL;

-- Who can be invited by post alone.
CREATE INDEX members_without_mail ON members (member_id) WHERE email IS NULL AND joined_on IS NOT NULL AND deceased = 0 AND ended = 0;

-- What a person asked about their data by post or e-mail, as staff recorded it, and the day the answer is due by law.
CREATE TABLE rights_requests (
  request_id       INTEGER PRIMARY KEY,
  member_id        TEXT NOT NULL REFERENCES members (member_id),
  kind             TEXT NOT NULL CHECK (kind IN ('access', 'deletion', 'opposition', 'rectification')),
  channel          TEXT NOT NULL CHECK (channel IN ('post', 'e-mail')),
  received_on      TEXT NOT NULL,
  reference        TEXT NOT NULL,
  due_on           TEXT NOT NULL,
  content_sealed   BLOB NOT NULL,
  recorded_by      TEXT NOT NULL,
  recorded_at      INTEGER NOT NULL,
  settled_at       INTEGER,
  settled_by       TEXT,
  outcome          TEXT CHECK (outcome IN ('granted', 'refused', 'moot')),
  result_sealed    BLOB
) STRICT;
CREATE INDEX rights_requests_by_member ON rights_requests (member_id);
CREATE INDEX rights_requests_open ON rights_requests (due_on) WHERE settled_at IS NULL;

-- What the back office looks at of the queues and of the journal, without walking through all that was sent or told.
CREATE INDEX mails_not_sent ON mails (state, kind) WHERE state <> 'sent';
CREATE INDEX mails_dead ON mails (settled_at) WHERE state = 'dead';
CREATE INDEX texts_not_sent ON texts (state, kind) WHERE state <> 'sent';
CREATE INDEX texts_settled ON texts (settled_at) WHERE settled_at IS NOT NULL;
CREATE INDEX evidence_by_kind ON evidence (kind, at);
CREATE INDEX charter_notices_by_version ON charter_notices (number, state);

-- A planned change, an interruption, the end of the service: told to every account, and shown as a banner until
-- ends_at. digest: of the text, so that the same file sent again goes on where it stopped.
CREATE TABLE notices (
  notice_id        INTEGER PRIMARY KEY,
  kind             TEXT NOT NULL CHECK (kind IN ('change', 'interruption', 'end')),
  digest           BLOB NOT NULL UNIQUE,
  subject_fr       TEXT NOT NULL,
  text_fr          TEXT NOT NULL,
  subject_en       TEXT NOT NULL,
  text_en          TEXT NOT NULL,
  starts_at        INTEGER NOT NULL,
  ends_at          INTEGER NOT NULL,
  sent_by          TEXT NOT NULL,
  sent_at          INTEGER NOT NULL,
  finished_at      INTEGER
) STRICT;
CREATE TABLE notice_deliveries (
  notice_id        INTEGER NOT NULL REFERENCES notices (notice_id),
  account_id       TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
  told_at          INTEGER NOT NULL,
  PRIMARY KEY (notice_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX notice_deliveries_by_account ON notice_deliveries (account_id);

-- A payment that its member asked to be told of, kept in the transaction that brings it; queued as a mail or a text
-- after it. The row stays: the same payment is told once on each channel, whatever is imported again.
CREATE TABLE alerts (
  member_id        TEXT NOT NULL REFERENCES members (member_id),
  channel          TEXT NOT NULL CHECK (channel IN ('email', 'sms')),
  payment_id       TEXT NOT NULL,
  kept_at          INTEGER NOT NULL,
  queued_at        INTEGER,
  PRIMARY KEY (member_id, channel, payment_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX alerts_waiting ON alerts (member_id, channel) WHERE queued_at IS NULL;

-- Since when alerts are wanted: what was paid before is not told.
ALTER TABLE preferences ADD COLUMN alert_email_since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE preferences ADD COLUMN alert_sms_since INTEGER NOT NULL DEFAULT 0;
UPDATE preferences SET alert_email_since = changed_at, alert_sms_since = changed_at;

-- Who has a mobile: a STOP that comes back names nothing else.
CREATE INDEX accounts_by_mobile ON accounts (mobile) WHERE mobile IS NOT NULL;

-- The lists written for the company that sends newsletters and offers. digest: of who stands on them, so that lists
-- nobody has joined or left are not written again. exported_at: 0 until the folder is in its place.
CREATE TABLE mailing_exports (
  sequence         INTEGER PRIMARY KEY,
  folder           TEXT NOT NULL,
  exported_at      INTEGER NOT NULL,
  digest           TEXT NOT NULL,
  row_count        INTEGER NOT NULL
) STRICT;

-- What the gateway said became of a text message after it took it.
ALTER TABLE texts ADD COLUMN delivery TEXT CHECK (delivery IN ('delivered', 'failed'));
ALTER TABLE texts ADD COLUMN delivered_at INTEGER;

-- As for mails: -1 a code that somebody waits for, 0, and 1 the alerts, which let the others pass.
ALTER TABLE texts ADD COLUMN priority INTEGER NOT NULL DEFAULT 0;
DROP INDEX texts_due;
CREATE INDEX texts_due ON texts (priority, due_at) WHERE state = 'queued';

-- A mail that came back. hard: the address does not exist; soft: it may work later. message_id: that of the mail, or
-- "~" and a hash of the report when it names the address alone.
CREATE TABLE bounces (
  bounce_id        INTEGER PRIMARY KEY,
  message_id       TEXT NOT NULL,
  member_id        TEXT REFERENCES members (member_id),
  recipient        TEXT NOT NULL,
  kind             TEXT NOT NULL CHECK (kind IN ('hard', 'soft')),
  reason           TEXT NOT NULL,
  bounced_at       INTEGER NOT NULL,
  settled_at       INTEGER,
  settled_by       TEXT,
  UNIQUE (message_id, recipient)
) STRICT;
CREATE INDEX bounces_by_member ON bounces (member_id);
CREATE INDEX accounts_by_email ON accounts (email COLLATE NOCASE);
CREATE INDEX bounces_by_recipient ON bounces (recipient);
CREATE INDEX bounces_open ON bounces (bounced_at, bounce_id) WHERE settled_at IS NULL;
CREATE INDEX bounces_settled ON bounces (settled_at, bounce_id) WHERE settled_at IS NOT NULL;
