"""What can happen to a payment, one verb per file."""
