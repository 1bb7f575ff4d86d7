"""Tongxing (通行): unified identity authentication for government services."""

__version__ = "0.1.0"
