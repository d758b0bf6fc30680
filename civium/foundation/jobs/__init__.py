"""Jobs: one queue, kept in the database: work that follows a change, work that is due at a time.

A job is enqueued in the transaction of the change it follows, tried again when it fails, rescued when its worker dies,
and shown when it is dead. What a job does is the business of the room that declares it.
"""
