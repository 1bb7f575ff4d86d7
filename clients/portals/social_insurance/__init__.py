"""The social-insurance portal (社保): its words, colours and one small task.

Signing in is not its business.
"""
