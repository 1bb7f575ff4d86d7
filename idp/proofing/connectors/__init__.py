"""One folder per register: how to ask it, how to tell its answer from a forged or a lost one.

Connectors do not know one another, and keep nothing about the people asked about.
"""
