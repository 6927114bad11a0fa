-- Refined prompts: what a text model wrote for a visitor who paid for it; never another visitor's. Gone with their picture.
CREATE TABLE paid_refinements (
    owner         TEXT NOT NULL REFERENCES visitors (id),
    provider      TEXT NOT NULL,
    -- Everything that was asked, in one line with a digest of the words.
    asked         TEXT NOT NULL,
    source        TEXT NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
    prompt        TEXT NOT NULL,
    model_version TEXT NOT NULL,
    price         INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    PRIMARY KEY (owner, provider, asked)
) STRICT;
CREATE INDEX paid_refinements_by_source ON paid_refinements (source);
