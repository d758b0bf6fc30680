"""What can happen to an emergency."""
