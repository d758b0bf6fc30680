"""What can happen to a file."""
