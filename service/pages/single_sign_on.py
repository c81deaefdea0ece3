"""Single sign-on by OpenID Connect, where the settings name a provider."""


def is_offered() -> bool:
    """Whether this service lets another one vouch for people."""
    return False
