"""Whole journeys in a real browser: few, but from the first click to the last."""
