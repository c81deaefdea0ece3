"""Support of households: programmes with their benefits, budget lines, cases.

Start at `programme.py` (the benefits and their rates), `budget.py` (the money) and `case.py`.
"""
