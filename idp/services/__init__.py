"""Wiring only: every service is built once per process, here and nowhere else."""
