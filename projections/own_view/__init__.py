"""The contests that households lodge through their own view."""
