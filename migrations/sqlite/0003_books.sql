-- The books: calls that refine, groups with a cap of their own, adjustments that say whose bill and why, alerts, prices that
-- turned out too low, and people who left.

-- Ledger and jobs refer to calls: they find their rows again before the end of this migration.
PRAGMA defer_foreign_keys = ON;

-- People who share one cap over the group's whole life. Visitors are in at most one.
CREATE TABLE groups (
    id         TEXT PRIMARY KEY,
    name       TEXT NOT NULL,
    -- Nothing when there is none.
    cap        INTEGER CHECK (cap >= 0),
    -- From then on its people spend nothing more. Nothing when it has no end.
    ends_at    INTEGER,
    created_at INTEGER NOT NULL
) STRICT;
ALTER TABLE visitors ADD COLUMN group_id TEXT REFERENCES groups (id);

-- SQLite cannot change a CHECK, so the table of calls is made anew. PostgreSQL alters it.
CREATE TABLE calls_before AS SELECT * FROM calls;
DROP TABLE calls;
-- Paid calls: reserved (neither of the last two moments), sent, settled.
CREATE TABLE calls (
    id          TEXT PRIMARY KEY,
    -- Who pays; a tombstone once they left.
    visitor     TEXT NOT NULL,
    -- The group they were in when it was reserved.
    group_id    TEXT,
    kind        TEXT NOT NULL CHECK (kind IN ('describe', 'refine', 'paint')),
    provider    TEXT NOT NULL,
    model       TEXT NOT NULL,
    quote       INTEGER NOT NULL CHECK (quote >= 0),
    -- What the quote was multiplied by at most, in thousandths.
    factor      INTEGER NOT NULL DEFAULT 1000 CHECK (factor >= 1000),
    play        INTEGER NOT NULL CHECK (play IN (0, 1)),
    -- The periods it was reserved in, and in which it is settled whenever that happens.
    day         TEXT NOT NULL,
    month       TEXT NOT NULL,
    reserved_at INTEGER NOT NULL,
    lease_until INTEGER NOT NULL,
    sent_at     INTEGER,
    settled_at  INTEGER,
    spent       INTEGER CHECK (spent >= 0),
    -- Whether it cost more than was held for it.
    over_quote  INTEGER NOT NULL DEFAULT 0 CHECK (over_quote IN (0, 1)),
    unknown     INTEGER NOT NULL DEFAULT 0 CHECK (unknown IN (0, 1)),
    usage       TEXT,
    request_id  TEXT,
    CHECK ((settled_at IS NULL) = (spent IS NULL)),
    CHECK (over_quote = CASE WHEN spent > quote THEN 1 ELSE 0 END)
) STRICT;
INSERT INTO calls (id, visitor, kind, provider, model, quote, play, day, month, reserved_at, lease_until, sent_at,
        settled_at, spent, over_quote, unknown, usage, request_id)
    SELECT id, visitor, kind, provider, model, quote, play, day, month, reserved_at, lease_until, sent_at,
        settled_at, spent, CASE WHEN spent > quote THEN 1 ELSE 0 END, unknown, usage, request_id
    FROM calls_before;
DROP TABLE calls_before;
CREATE INDEX calls_open ON calls (lease_until) WHERE settled_at IS NULL;
CREATE INDEX calls_by_visitor ON calls (visitor, reserved_at);
CREATE INDEX calls_by_month ON calls (month, provider);

-- An entry moves the balances it names. An adjustment names its month only: nobody knows whose calls a vendor's bill differs in.
ALTER TABLE ledger ADD COLUMN group_id TEXT;
ALTER TABLE ledger ADD COLUMN vendor TEXT CHECK ((vendor IS NOT NULL) = (entry = 'adjust'));
ALTER TABLE ledger ADD COLUMN reason TEXT CHECK ((reason IS NOT NULL) = (entry = 'adjust'));

-- The ledger stays append-only but for one change: the name of somebody who left becomes a tombstone.
DROP TRIGGER ledger_is_not_changed;
CREATE TRIGGER ledger_is_not_changed BEFORE UPDATE ON ledger
WHEN NOT (
    OLD.visitor <> '' AND OLD.visitor NOT LIKE 'gone-%'
    AND length(NEW.visitor) = 37 AND NEW.visitor GLOB 'gone-*' AND substr(NEW.visitor, 6) NOT GLOB '*[^0-9a-f]*'
    AND NEW.id = OLD.id AND NEW.entry = OLD.entry AND NEW.call IS OLD.call AND NEW.group_id IS OLD.group_id
    AND NEW.day = OLD.day AND NEW.month = OLD.month AND NEW.play = OLD.play AND NEW.reserved = OLD.reserved
    AND NEW.spent = OLD.spent AND NEW.at = OLD.at AND NEW.vendor IS OLD.vendor AND NEW.reason IS OLD.reason
)
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;

-- Without this an INSERT OR REPLACE would take an entry's place.
CREATE TRIGGER ledger_is_not_replaced BEFORE INSERT ON ledger
WHEN EXISTS (SELECT 1 FROM ledger WHERE id = NEW.id)
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;

-- The cap that a balance was last held against (nothing when there was none), and the highest share of it, in percent, that was
-- said to be used up.
ALTER TABLE budgets ADD COLUMN cap INTEGER;
ALTER TABLE budgets ADD COLUMN warned INTEGER NOT NULL DEFAULT 0;

-- What the operator should know: a budget that is half, nearly or wholly used up; a call that cost more than was held for it.
CREATE TABLE alerts (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    kind    TEXT NOT NULL CHECK (kind IN ('budget', 'over_quote')),
    play    INTEGER NOT NULL CHECK (play IN (0, 1)),
    -- Of a budget: which one, and how much of it is used up, in percent.
    name    TEXT,
    subject TEXT,
    period  TEXT,
    percent INTEGER,
    -- Of a call: which one.
    call    TEXT REFERENCES calls (id),
    -- What was used or spent, and the cap or the quote.
    amount  INTEGER NOT NULL,
    bound   INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    -- When a server wrote it into its log.
    told_at INTEGER,
    UNIQUE (name, subject, period, play, percent),
    UNIQUE (call),
    CHECK ((kind = 'budget') = (name IS NOT NULL AND subject IS NOT NULL AND period IS NOT NULL AND percent IS NOT NULL)),
    CHECK ((kind = 'over_quote') = (call IS NOT NULL))
) STRICT;
CREATE INDEX alerts_untold ON alerts (id) WHERE told_at IS NULL;

-- By how many thousandths quotes are multiplied, since a call cost more than was held for it.
CREATE TABLE factors (
    provider  TEXT NOT NULL,
    model     TEXT NOT NULL,
    factor    INTEGER NOT NULL CHECK (factor >= 1000),
    raised_at INTEGER NOT NULL,
    PRIMARY KEY (provider, model)
) STRICT;

-- What a vendor billed for a month, as typed in last.
CREATE TABLE bills (
    vendor TEXT NOT NULL,
    month  TEXT NOT NULL,
    billed INTEGER NOT NULL CHECK (billed >= 0),
    at     INTEGER NOT NULL,
    PRIMARY KEY (vendor, month)
) STRICT;

-- Blobs whose bytes the server still has to delete: whoever deleted the rows was not the process that keeps the bytes.
CREATE TABLE freed_blobs (
    key TEXT PRIMARY KEY
) STRICT;
