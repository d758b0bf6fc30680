"""What somebody may ask for about their data, through every room."""
