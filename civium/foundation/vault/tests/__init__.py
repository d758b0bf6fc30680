"""The vault keeps what it is given, forgets what it is told to, and gives nothing to a stranger."""
