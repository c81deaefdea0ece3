"""The household's own view: one-time codes, receipts that it confirms, and contests."""
