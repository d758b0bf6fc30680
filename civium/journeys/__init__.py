"""Journeys: what people come to do."""
