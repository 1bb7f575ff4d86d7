"""The ways to hand a message over; one file each, chosen in `selection.py`."""
