"""The command line. `main.py` lists every verb; each verb group has a file of its own."""
