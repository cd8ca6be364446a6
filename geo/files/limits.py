"""What a file may ask for, and the refusal that says which limit stopped it."""

from geo.errors import FileRefused
from geo.settings import ReadingLimits, limit_variable


def limit_refused(code: str, name: str, limits: ReadingLimits, **values: object) -> FileRefused:
    """Make the refusal that names a limit, and the setting that raises it."""
    limit = getattr(limits, name)
    return FileRefused(code, limit=f"{limit:,}", setting=limit_variable(name), **values)
