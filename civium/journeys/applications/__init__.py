"""Conduct one application from its start to its outcome: the only room that knows the whole order.

Questions are asked by forms, money by payments, the work is done in cases, words are carried by notices; this room
calls them in turn, and reacts when something below is recorded.
"""
