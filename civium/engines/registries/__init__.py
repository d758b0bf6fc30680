"""Registries: ask and tell outside registers through adapters, always with a purpose and a legal basis.

Every question and every message is on the record of the person it was about; what was said never is. What to do with an
answer is for others.
"""
