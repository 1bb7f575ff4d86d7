"""The simulated population and legal-entity registers: a separate process, synthetic people only.

Stands for the departments' own systems, so it shares no protocol code with the connectors that
call it. Owns no account and takes part in no production installation.
"""
