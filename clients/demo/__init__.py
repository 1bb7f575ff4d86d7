"""The demonstration's home page: the story in five steps, people to play, messages received.

Serves this machine only, since it shows verification codes to whoever asks.
"""
