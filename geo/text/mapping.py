"""Templates of field mappings, and why a field is proposed."""

MAPPING: dict[str, tuple[str, str]] = {}
