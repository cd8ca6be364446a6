"""Where patches come from."""

from enum import StrEnum


class Origin(StrEnum):
    """Where the patches of a batch come from. One batch holds patches of one origin only."""

    DELIVERED = "delivered"
    MACHINE = "machine"  # found between two images by the program itself
