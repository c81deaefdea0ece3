"""Matching: whether a person or a household is on record already, and how that is known.

Every door asks here: registration, joining, imports, mergers. An answer is certain, possible or
none, or a contradiction, with its evidence (`evidence`). Candidates are found by blind indexes
that are written in the transaction of the events (`keys`, `lookup`), so that an answer never
lags behind what is recorded, and no read model is asked.
"""
