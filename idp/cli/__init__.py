"""The command line: one module per command or group, loaded only when it is called.

Owns how operators ask and what they read. Does not own what is done: services do it.
"""
