"""The pages: server-rendered, Vietnamese first, on the same commands and queries as the API."""
