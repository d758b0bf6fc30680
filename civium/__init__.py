"""Civium: an e-citizen services platform in four floors.

Imports, calls and foreign keys point only to lower floors: doors > journeys > engines > foundation.
"""
