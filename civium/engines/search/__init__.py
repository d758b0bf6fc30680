"""Search: ranks what rooms declare searchable, in every language and script, in this process.

It knows no service by name. Thousands of documents fit in memory; a larger index keeps the same small face.
"""
