"""Typed clients of the console's API, made from its document."""
