"""Processes: the stores, pinning to processors, and what processes used of time and memory."""
