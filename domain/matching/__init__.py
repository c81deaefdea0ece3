"""Matching finds persons and households on record that are the ones described.

Registration, joining, imports and mergers all ask here. An answer is certain, possible or
none, or a contradiction, with its evidence (`evidence`). Candidates are found by blind indexes
that are written in the transaction of the events (`keys`, `lookup`), so that an answer never
lags behind what is recorded, and no read model is asked.
"""
