"""Clients that register themselves over the network (RFC 7591, 7592), within the operator's policy.

Owns what they may ask for and their tokens; what a registration means is the room's above.
"""
