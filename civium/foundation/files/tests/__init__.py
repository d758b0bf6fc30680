"""Real files, friendly and hostile, made by the tests themselves."""
