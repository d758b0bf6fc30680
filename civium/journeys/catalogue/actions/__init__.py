"""What can happen to the catalogue."""
