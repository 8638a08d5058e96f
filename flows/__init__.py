"""Prefect's entrypoints: one file for each vendor."""
