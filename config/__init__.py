"""Wiring only: settings, URLs, the WSGI entry and the command line."""
