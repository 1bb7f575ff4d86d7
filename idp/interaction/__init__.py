"""The hub: an authorization in progress, and which step comes next.

Owns the stored interaction and the order of steps. Steps do not know one another; each returns
here, and the hub decides from stored state alone.
"""
