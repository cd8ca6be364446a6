"""What day it is where the office works: deadlines are days, not moments."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from geo.store.door import Store


def local_day(store: Store, at: datetime) -> date:
    """Give the office's calendar day at a moment."""
    return at.astimezone(ZoneInfo(store.rules().time_zone)).date()
