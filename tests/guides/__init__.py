"""The guides in ``docs/how-to``, followed to the letter: what they say to type works, and what they say comes of it comes."""
