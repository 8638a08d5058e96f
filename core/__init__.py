"""What every room may lean on: settings, errors, secrets, redaction. Knows nobody."""
