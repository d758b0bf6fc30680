"""Notices: one message in the reader's language, in the portal's inbox at once and by e-mail from a worker.

Keeps exactly what was sent, sealed, and what became of it. It leaves to others when to write and what to say.
"""
