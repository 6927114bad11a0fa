-- After-care: how a variation's answer was set into its picture (JSON; nothing for those that have no stencil, and for those
-- made before this migration, which were composed as every first composition), and whether it was made by after-care from an
-- answer that another variation of the same job was made from first.
ALTER TABLE variations ADD COLUMN after_care TEXT;
ALTER TABLE variations ADD COLUMN recomposed INTEGER NOT NULL DEFAULT 0 CHECK (recomposed IN (0, 1));
