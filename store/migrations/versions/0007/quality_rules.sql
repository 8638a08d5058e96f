-- A row in quarantine says which rule it breaks.

ALTER TABLE ops.quarantine ADD COLUMN rule text NOT NULL DEFAULT 'mapping';
COMMENT ON COLUMN ops.quarantine.rule IS
    'The quality rule it breaks; mapping: it could not be read.';
