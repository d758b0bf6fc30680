"""What every test may ask for: the cast of people, and a real browser."""

pytest_plugins = ["tests.cast", "tests.offer", "tests.browser"]
