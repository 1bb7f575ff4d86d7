"""The population register (人口库): asks whether a claimed name and number belong together.

Owns the wire and its failures; not what an answer means for a person's level.
"""
