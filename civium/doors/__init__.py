"""Doors: where people and machines come in."""
