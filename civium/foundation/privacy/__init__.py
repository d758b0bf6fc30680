"""Privacy: what rooms declare that they hold about a person, and what follows from it: consent, restriction, retention, erasure.

It knows no room by name: each says in its ``personal_data.py`` what it holds, why, how long, and how to give it back or forget it.
"""
