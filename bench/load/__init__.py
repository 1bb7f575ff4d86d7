"""Requests in a closed loop, from a process of its own. Knows no contender's internals."""
