"""The shapes of the house: records in flight, tables at rest."""
