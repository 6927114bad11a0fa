-- The first schema. Numbered like its PostgreSQL twin, never edited once landed.
--
-- Moments are integer milliseconds since 1970 in UTC. Money is integer micro-dollars. Structures nobody searches in are JSON.
-- Yes and no are 1 and 0. Every row of a person has an owner. Rows about money refer to nobody by key: they stay when a
-- person, a job or a picture goes.

CREATE TABLE instance (
    id     INTEGER PRIMARY KEY CHECK (id = 1),
    secret BLOB NOT NULL CHECK (length(secret) = 32)
) STRICT;

CREATE TABLE visitors (
    id         TEXT PRIMARY KEY,
    -- When their last job was taken, as a number that rises over the whole instance: whose turn it is.
    last_turn  INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX visitors_by_turn ON visitors (last_turn);

CREATE TABLE sessions (
    token_hash BLOB PRIMARY KEY CHECK (length(token_hash) = 32),
    visitor    TEXT NOT NULL REFERENCES visitors (id) ON DELETE CASCADE,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_by_visitor ON sessions (visitor);

-- A blob has a row exactly as long as somebody refers to it.
CREATE TABLE blobs (
    key          TEXT PRIMARY KEY CHECK (length(key) = 64),
    content_type TEXT NOT NULL,
    bytes        INTEGER NOT NULL CHECK (bytes >= 0)
) STRICT;

CREATE TABLE blob_refs (
    -- What refers: 'source', 'mask', 'job', 'variation' or 'share', and which one.
    owner_kind TEXT NOT NULL CHECK (owner_kind IN ('source', 'mask', 'job', 'variation', 'share')),
    owner_id   TEXT NOT NULL,
    -- As what, such as 'master' or 'thumb'.
    role       TEXT NOT NULL,
    blob       TEXT NOT NULL REFERENCES blobs (key),
    owner      TEXT NOT NULL REFERENCES visitors (id),
    PRIMARY KEY (owner_kind, owner_id, role)
) STRICT;
CREATE INDEX blob_refs_by_blob ON blob_refs (blob);
CREATE INDEX blob_refs_by_owner ON blob_refs (owner, blob);

CREATE TABLE sources (
    id             TEXT PRIMARY KEY,
    owner          TEXT NOT NULL REFERENCES visitors (id),
    width          INTEGER NOT NULL,
    height         INTEGER NOT NULL,
    format         TEXT NOT NULL,
    alpha          INTEGER NOT NULL CHECK (alpha IN (0, 1)),
    removed        TEXT NOT NULL,
    thumbhash      BLOB NOT NULL,
    from_variation TEXT REFERENCES variations (id) ON DELETE SET NULL,
    created_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX sources_by_owner ON sources (owner, created_at, id);
CREATE INDEX sources_by_variation ON sources (from_variation) WHERE from_variation IS NOT NULL;

CREATE TABLE descriptions (
    source        TEXT PRIMARY KEY REFERENCES sources (id) ON DELETE CASCADE,
    owner         TEXT NOT NULL REFERENCES visitors (id),
    description   TEXT NOT NULL,
    provider      TEXT,
    model_version TEXT,
    price         INTEGER NOT NULL,
    closer        INTEGER NOT NULL CHECK (closer IN (0, 1)),
    edited        INTEGER NOT NULL CHECK (edited IN (0, 1)),
    created_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX descriptions_by_owner ON descriptions (owner);

-- What a provider answered to a visitor who paid for it; never another visitor's.
CREATE TABLE paid_descriptions (
    owner         TEXT NOT NULL REFERENCES visitors (id),
    content       TEXT NOT NULL,
    provider      TEXT NOT NULL,
    asked         TEXT NOT NULL,
    source        TEXT NOT NULL,
    description   TEXT NOT NULL,
    model_version TEXT,
    price         INTEGER NOT NULL,
    closer        INTEGER NOT NULL CHECK (closer IN (0, 1)),
    created_at    INTEGER NOT NULL,
    PRIMARY KEY (owner, content, provider, asked)
) STRICT;

CREATE TABLE masks (
    id         TEXT PRIMARY KEY,
    owner      TEXT NOT NULL REFERENCES visitors (id),
    source     TEXT NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
    area_share REAL NOT NULL,
    bounds     TEXT NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX masks_by_source ON masks (source);

-- Paid calls: reserved (neither of the last two moments), sent, settled.
CREATE TABLE calls (
    id          TEXT PRIMARY KEY,
    visitor     TEXT NOT NULL,
    kind        TEXT NOT NULL CHECK (kind IN ('describe', 'paint')),
    provider    TEXT NOT NULL,
    model       TEXT NOT NULL,
    quote       INTEGER NOT NULL CHECK (quote >= 0),
    play        INTEGER NOT NULL CHECK (play IN (0, 1)),
    -- The periods it was reserved in, and in which it is settled whenever that happens.
    day         TEXT NOT NULL,
    month       TEXT NOT NULL,
    reserved_at INTEGER NOT NULL,
    lease_until INTEGER NOT NULL,
    sent_at     INTEGER,
    settled_at  INTEGER,
    spent       INTEGER CHECK (spent >= 0),
    unknown     INTEGER NOT NULL DEFAULT 0 CHECK (unknown IN (0, 1)),
    usage       TEXT,
    request_id  TEXT,
    CHECK ((settled_at IS NULL) = (spent IS NULL))
) STRICT;
CREATE INDEX calls_open ON calls (lease_until) WHERE settled_at IS NULL;
CREATE INDEX calls_by_visitor ON calls (visitor, reserved_at);

-- Balances. Each equals the sum of its ledger entries at any moment.
CREATE TABLE budgets (
    name     TEXT NOT NULL,
    -- The visitor; empty for the whole instance.
    subject  TEXT NOT NULL,
    period   TEXT NOT NULL,
    play     INTEGER NOT NULL CHECK (play IN (0, 1)),
    spent    INTEGER NOT NULL DEFAULT 0,
    reserved INTEGER NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    PRIMARY KEY (name, subject, period, play)
) STRICT;

-- Every movement of money. What it adds to the reserved and to the spent half of the day's, the month's and the
-- visitor's balance.
CREATE TABLE ledger (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    entry    TEXT NOT NULL CHECK (entry IN ('reserve', 'settle', 'release', 'adjust')),
    call     TEXT REFERENCES calls (id),
    visitor  TEXT NOT NULL,
    day      TEXT NOT NULL,
    month    TEXT NOT NULL,
    play     INTEGER NOT NULL CHECK (play IN (0, 1)),
    reserved INTEGER NOT NULL,
    spent    INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    CHECK (call IS NOT NULL OR entry = 'adjust')
) STRICT;
CREATE INDEX ledger_by_call ON ledger (call);
CREATE INDEX ledger_by_month ON ledger (month, id);

CREATE TRIGGER ledger_is_not_changed BEFORE UPDATE ON ledger
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;
CREATE TRIGGER ledger_is_not_shortened BEFORE DELETE ON ledger
BEGIN
    SELECT RAISE(ABORT, 'the ledger is append-only');
END;

CREATE TABLE jobs (
    -- The order in which jobs came.
    number           INTEGER PRIMARY KEY AUTOINCREMENT,
    id               TEXT NOT NULL UNIQUE,
    owner            TEXT NOT NULL REFERENCES visitors (id),
    call             TEXT NOT NULL UNIQUE REFERENCES calls (id),
    source           TEXT NOT NULL REFERENCES sources (id),
    state            TEXT NOT NULL
        CHECK (state IN ('queued', 'running', 'succeeded', 'failed', 'cancelled', 'unknown')),
    order_snapshot   TEXT NOT NULL,
    quote            TEXT NOT NULL,
    plan             TEXT NOT NULL,
    play             INTEGER NOT NULL CHECK (play IN (0, 1)),
    idempotency_key  TEXT NOT NULL,
    repeat_key       TEXT NOT NULL,
    cancel_requested INTEGER NOT NULL DEFAULT 0 CHECK (cancel_requested IN (0, 1)),
    worker           TEXT,
    attempt          INTEGER NOT NULL DEFAULT 0,
    claimed_at       INTEGER,
    -- What the provider answered, until it is published.
    answer           TEXT,
    lease_until      INTEGER,
    -- The number of its latest event.
    last_seq         INTEGER NOT NULL DEFAULT 0,
    error            TEXT,
    created_at       INTEGER NOT NULL,
    ended_at         INTEGER,
    UNIQUE (owner, idempotency_key),
    CHECK ((state = 'running') = (lease_until IS NOT NULL)),
    CHECK (answer IS NULL OR ended_at IS NULL),
    CHECK ((state IN ('queued', 'running')) = (ended_at IS NULL))
) STRICT;
CREATE INDEX jobs_queued ON jobs (owner, number) WHERE state = 'queued';
CREATE INDEX jobs_open ON jobs (owner, state) WHERE ended_at IS NULL;
CREATE INDEX jobs_leased ON jobs (lease_until) WHERE lease_until IS NOT NULL;
CREATE INDEX jobs_by_source ON jobs (source, number);
CREATE INDEX jobs_by_repeat ON jobs (owner, repeat_key, number) WHERE state = 'succeeded';

CREATE TABLE job_events (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    job        TEXT NOT NULL REFERENCES jobs (id) ON DELETE CASCADE,
    owner      TEXT NOT NULL REFERENCES visitors (id),
    seq        INTEGER NOT NULL,
    kind       TEXT NOT NULL,
    url        TEXT,
    variations TEXT NOT NULL,
    spent      INTEGER,
    error      TEXT,
    at         INTEGER NOT NULL,
    UNIQUE (job, seq)
) STRICT;
CREATE INDEX job_events_by_owner ON job_events (owner, id);

CREATE TABLE variations (
    id                TEXT PRIMARY KEY,
    owner             TEXT NOT NULL REFERENCES visitors (id),
    source            TEXT NOT NULL REFERENCES sources (id),
    job               TEXT NOT NULL REFERENCES jobs (id),
    -- Its place among what its job gave, from 0.
    place             INTEGER NOT NULL,
    parent            TEXT REFERENCES variations (id) ON DELETE SET NULL,
    way               TEXT NOT NULL,
    prompt            TEXT NOT NULL,
    -- The prompt in small letters, for searching.
    prompt_folded     TEXT NOT NULL,
    spec              TEXT NOT NULL,
    provider          TEXT NOT NULL,
    understood        TEXT,
    mask              TEXT REFERENCES masks (id),
    spent             INTEGER NOT NULL,
    width             INTEGER NOT NULL,
    height            INTEGER NOT NULL,
    protected_pixels  INTEGER,
    protected_changed INTEGER,
    created_at        INTEGER NOT NULL
) STRICT;
CREATE INDEX variations_by_owner ON variations (owner, created_at, id);
CREATE INDEX variations_by_source ON variations (source, created_at, id);
CREATE INDEX variations_by_job ON variations (job, place);
CREATE INDEX variations_by_parent ON variations (parent) WHERE parent IS NOT NULL;
CREATE INDEX variations_by_mask ON variations (mask) WHERE mask IS NOT NULL;

CREATE TABLE shares (
    id             TEXT PRIMARY KEY,
    owner          TEXT NOT NULL REFERENCES visitors (id),
    slug           TEXT NOT NULL UNIQUE,
    title          TEXT,
    title_folded   TEXT NOT NULL,
    visibility     TEXT NOT NULL CHECK (visibility IN ('unlisted', 'public')),
    expires_at     INTEGER,
    password_hash  TEXT,
    show_original  INTEGER NOT NULL CHECK (show_original IN (0, 1)),
    show_prompt    INTEGER NOT NULL CHECK (show_prompt IN (0, 1)),
    show_price     INTEGER NOT NULL CHECK (show_price IN (0, 1)),
    allow_download INTEGER NOT NULL CHECK (allow_download IN (0, 1)),
    allow_remix    INTEGER NOT NULL CHECK (allow_remix IN (0, 1)),
    created_at     INTEGER NOT NULL
) STRICT;
CREATE INDEX shares_by_owner ON shares (owner, created_at, id);
CREATE INDEX shares_public ON shares (created_at, id) WHERE visibility = 'public' AND password_hash IS NULL;

CREATE TABLE share_items (
    share      TEXT NOT NULL REFERENCES shares (id) ON DELETE CASCADE,
    variation  TEXT NOT NULL REFERENCES variations (id),
    owner      TEXT NOT NULL REFERENCES visitors (id),
    place      INTEGER NOT NULL,
    width      INTEGER NOT NULL,
    height     INTEGER NOT NULL,
    prompt     TEXT NOT NULL,
    spent      INTEGER NOT NULL,
    provider   TEXT NOT NULL,
    understood TEXT,
    PRIMARY KEY (share, variation)
) STRICT;
CREATE INDEX share_items_by_variation ON share_items (variation);
