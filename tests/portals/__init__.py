"""The sample portals, run for real against a small provider of the tests' own."""
