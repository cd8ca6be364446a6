"""What the readers of single formats say."""

FORMATS: dict[str, tuple[str, str]] = {}
