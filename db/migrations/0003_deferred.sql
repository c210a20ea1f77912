-- What is answered at once and done just after, so that the answer and its time are the same whoever is asked about:
-- a forgotten password is told by mail alone. The payload is sealed: it holds what a visitor typed.
CREATE TABLE deferred (
  deferred_id      INTEGER PRIMARY KEY,
  kind             TEXT NOT NULL CHECK (kind IN ('password.forgotten')),
  payload_sealed   BLOB NOT NULL,
  queued_at        INTEGER NOT NULL,
  attempts         INTEGER NOT NULL DEFAULT 0
) STRICT;
