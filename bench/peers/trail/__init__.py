"""The usual audit trail: Django models whose history triggers write (django-pghistory)."""
