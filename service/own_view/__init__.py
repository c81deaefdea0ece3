"""The household's own view: codes that officers give, the page they open, contests and answers."""
