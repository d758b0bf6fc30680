"""My data: what the town holds about somebody, and what they can do about it: take it along, correct, limit, erase it.

It carries out what the data-protection officer decided in a case of the service ``data-request``. What is held, and how it is
forgotten, each room declares to privacy.
"""
