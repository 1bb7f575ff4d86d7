"""Journeys: what a person does, in a real browser, on the whole demonstration."""
