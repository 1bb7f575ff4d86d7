"""Languages of the user-facing text: choosing one, translating, formatting dates.

Owns the catalogues under ``locales/``. Knows nothing of HTTP, of pages or of who is asking.
"""
