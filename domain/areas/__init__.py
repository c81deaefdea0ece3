"""Administrative areas have units with days, changes of units, and denominators."""
