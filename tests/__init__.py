"""Journeys in a browser, rules about the code, and the cast that every test knows."""
