"""What can be done to the index, and to what people answered."""
