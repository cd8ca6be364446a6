"""What is said of a layer as a whole: offsets, duplicates, gaps, overlaps."""

LAYER_CHECKS: dict[str, tuple[str, str]] = {}
