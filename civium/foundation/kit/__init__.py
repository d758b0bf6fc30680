"""A few tiny libraries without tables: money, references, refusals, languages, prose, the town.

Every room may use them; they use no room.
"""
