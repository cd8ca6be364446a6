"""Pictures from above: read, kept as files of our own, cut into tiles, looked at over a patch."""
