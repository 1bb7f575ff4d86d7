"""Natural persons, legal entities and the documents and names they are known by.

Owns what an account is and how it lives and ends; not how it signs in (`authn`) or is proven
(`proofing`).
"""
