"""Duplicates are pairs of households that are likely one, or have one person in both.

A pair is found by a search or an officer, waits, and is settled by a person. What is settled holds
for the evidence that it was settled on. Nothing merges by itself.
"""
