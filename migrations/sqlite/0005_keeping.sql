-- Keeping: what was deleted, who reads all blobs, how much is kept.

-- What people deleted, in the order of the numbers, written with the deletion itself. A backup restored later has what was
-- deleted after it was made; this says what has to go again. Nothing but identifiers that mean nothing any more.
CREATE TABLE deletions (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    kind    TEXT NOT NULL CHECK (kind IN ('source', 'variation', 'share', 'visitor')),
    subject TEXT NOT NULL,
    -- For whoever looks at it; nothing is decided by it.
    at      INTEGER NOT NULL DEFAULT (unixepoch() * 1000)
) STRICT;

-- Whoever copies all blobs: until then, no bytes are deleted.
CREATE TABLE blob_keepers (
    name  TEXT PRIMARY KEY,
    until INTEGER NOT NULL
) STRICT;

-- The bytes of all blobs together, kept by the triggers below.
CREATE TABLE storage (
    id    INTEGER PRIMARY KEY CHECK (id = 1),
    bytes INTEGER NOT NULL
) STRICT;
INSERT INTO storage (id, bytes) SELECT 1, coalesce(sum(bytes), 0) FROM blobs;

CREATE TRIGGER storage_grows AFTER INSERT ON blobs
BEGIN
    UPDATE storage SET bytes = bytes + NEW.bytes WHERE id = 1;
END;
CREATE TRIGGER storage_changes AFTER UPDATE OF bytes ON blobs
BEGIN
    UPDATE storage SET bytes = bytes + NEW.bytes - OLD.bytes WHERE id = 1;
END;
CREATE TRIGGER storage_shrinks AFTER DELETE ON blobs
BEGIN
    UPDATE storage SET bytes = bytes - OLD.bytes WHERE id = 1;
END;
