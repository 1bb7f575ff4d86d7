"""Relying parties that nobody here wrote sign a person in through us, in a real browser."""
