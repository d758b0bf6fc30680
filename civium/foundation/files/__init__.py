"""Uploads in and documents out: checked, cleaned and sealed on the way in; tagged and sealed on the way out.

Nothing lies on the disk in the clear. Who may see a file is decided by the room that asked for it.
"""
