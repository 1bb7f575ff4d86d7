"""Sign-in sessions: a browser in which a person has signed in.

Owns their start, limits and end. Does not own cookies, nor how the person proved who they are.
"""
