"""A corrected delivery: what it changes, and what a person has to look at."""

REDELIVERY: dict[str, tuple[str, str]] = {}
