"""Numbers and names that identify people and organisations: parsed, checked and made canonical.

Owns the shape of an identifier; not whether a register knows it and not where it is stored.
"""
