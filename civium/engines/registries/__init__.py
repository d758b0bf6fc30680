"""Registries: ask outside registers through adapters, always with a purpose and a legal basis.

Every question is on the record of the person it was about; the answer never is. What to do with it is for others.
"""
