-- What was asked of providers' free tiers: one row for requests that left together. Nobody's name is in it. Rows of former
-- months are deleted when the next one is written.
CREATE TABLE free_uses (
    provider TEXT NOT NULL,
    at       INTEGER NOT NULL,
    requests INTEGER NOT NULL CHECK (requests > 0),
    units    INTEGER NOT NULL CHECK (units >= 0)
) STRICT;
CREATE INDEX free_uses_by_time ON free_uses (provider, at);
