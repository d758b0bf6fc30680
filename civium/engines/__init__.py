"""Engines: machinery that knows no service by name."""
