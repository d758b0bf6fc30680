"""Rules about the code that no tool knows. Each is a function that finds breaches, tried here on a breach of its own too."""
