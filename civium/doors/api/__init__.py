"""The same actions and queries for machines: what the town offers, applying, working on cases. Described by OpenAPI 3.1.

A token says who asks and what for; every rule is where it is for pages: in actions, queries and policies below.
"""
