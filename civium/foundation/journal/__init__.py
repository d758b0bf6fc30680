"""The journal: the one record of everything that happened, appended in the transaction of the change.

It is the timeline, the audit trail and the outbox of what must follow, in a tree whose signed head proves that nobody
rewrote it. What an event means, and what follows from it, is the business of the rooms that declare events and reactions.
"""
