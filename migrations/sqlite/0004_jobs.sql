-- Jobs that come back: before when nobody takes one, after a try that failed for a reason of ours.
ALTER TABLE jobs ADD COLUMN run_at INTEGER NOT NULL DEFAULT 0;
-- Directions: several orders that were started as one. They share a name, which is the first one's id, and have a place in it
-- from 0. The key that started them is bound by the first.
ALTER TABLE jobs ADD COLUMN directions TEXT;
ALTER TABLE jobs ADD COLUMN direction INTEGER;
CREATE INDEX jobs_by_directions ON jobs (directions, direction) WHERE directions IS NOT NULL;
