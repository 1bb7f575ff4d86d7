"""Measures a running provider from outside, over HTTP. See README.md for what the figures mean."""
