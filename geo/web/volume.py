"""How much each person has uploaded within the last hour."""

import threading
from collections import deque
from datetime import datetime, timedelta

SPAN = timedelta(hours=1)
MB = 1024 * 1024


class Volume:
    """Counts what people upload, in this process."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._counted: dict[str, deque[tuple[datetime, int]]] = {}

    def used(self, person: str, *, at: datetime) -> int:
        """Tell how many bytes somebody has uploaded within the last hour."""
        with self._guard:
            return self._used(person, at)

    def add(self, person: str, size: int, *, at: datetime) -> int:
        """Count bytes that have arrived; gives all of the last hour."""
        with self._guard:
            self._counted.setdefault(person, deque()).append((at, size))
            return self._used(person, at)

    def _used(self, person: str, at: datetime) -> int:
        counted = self._counted.get(person)
        if counted is None:
            return 0
        while counted and counted[0][0] <= at - SPAN:
            counted.popleft()
        if not counted:
            del self._counted[person]
        return sum(size for _, size in counted)
