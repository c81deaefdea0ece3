"""The JSON API: every door of it is made by `service.api.door`, and declares its rule there."""
