"""Starts and supervises processes: the embedded Valkey, the web workers, the job worker, metrics.

Knows nothing about identity; the application is only an import string here.
"""
