"""The console's API, for programs and for its own pages."""
