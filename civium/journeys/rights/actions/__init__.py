"""What can happen to requests about one's data."""
