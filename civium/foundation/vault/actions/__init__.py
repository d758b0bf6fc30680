"""What can happen to keys and secrets."""
