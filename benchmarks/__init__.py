"""The speed report: `make bench`."""
