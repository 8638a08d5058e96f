"""What rows must be to be believed: rules declared once, checked before they land and after."""
