"""Sổ Cái's speed, measured beside its peers on the same machine, data and database, in one run."""
