"""The job worker: carries out the outbox and keeps house. Runs beside the web server or elsewhere.

Owns when work is done. Does not own the work: each room says how its jobs are done.
"""
