"""What the program says about coordinate systems it finds in a file."""

CRS: dict[str, tuple[str, str]] = {}
