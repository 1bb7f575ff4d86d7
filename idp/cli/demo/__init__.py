"""`idp demo`: the whole story on one machine, every part a process of its own on loopback.

Owns how the parts are started, told about each other and ended. They are the real programs.
"""
