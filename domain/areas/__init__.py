"""Administrative areas: units with dates, what became of them, and who lives there."""
