"""Every SQL statement of the house: connections, claims, loading, reading, migrations."""
