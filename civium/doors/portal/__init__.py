"""The citizen's door: the front page, and "my page" that gathers next steps, cases, documents and messages.

Finding and reading about a service is the catalogue's, applying is the applications'; this door only leads there.
"""
