"""Why a file is not let in, and which limit that was."""

GATE: dict[str, tuple[str, str]] = {}
