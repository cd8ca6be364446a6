"""The steps of the import on the screen."""

WIZARD: dict[str, tuple[str, str]] = {}
