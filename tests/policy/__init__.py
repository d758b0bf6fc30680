"""Who may do what, asked of the whole site at once: every address, every method, everybody, with real things of Amina's."""
