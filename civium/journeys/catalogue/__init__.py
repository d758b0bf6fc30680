"""The catalogue: what the town offers. Reads, checks, versions and publishes service documents; finds a service.

Leaves the application itself to `applications`, and the grammar of each part of a document to the engine it is for.
"""
