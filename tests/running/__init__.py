"""Setting up, starting and stopping, and what is said when something is in the way."""
