"""Benchmarks of Sổ Cái beside its peers, on the same machine, data and database, in one run."""
