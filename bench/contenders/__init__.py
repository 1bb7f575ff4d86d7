"""The products that are measured: how each is installed, filled, started and signed in to."""
