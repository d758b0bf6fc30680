"""What can happen to a notice or a letter: one file each."""
