"""What can happen to a case: one file each."""
