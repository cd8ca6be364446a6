"""Which browser session a screen, an upload or a file of a screen belongs to.

The screens' server gives each tab an identifier and lets whoever knows it go on with that tab. Here
it is noted who was given which, and which files each was told of; nobody else gets at them. It is
kept in memory like the tabs themselves: both are gone after a restart.
"""

import re
import threading
from collections import OrderedDict
from collections.abc import Sequence

# More than an office's day brings; the oldest are forgotten first.
MOST_SCREENS = 20_000
MOST_FILES = 50_000
# What the server calls a file that is made only when it is asked for. Such names come in small
# messages, so that large tables are not searched for them.
_PROMISED = re.compile(r"[0-9a-f]{32}")
SMALL = 16_384
_FILE = re.compile(r"(?:.*)/media/([0-9a-f]{16,128})(?:\..*)?")


def may_offer_files(sent: bytes) -> bool:
    """Tell whether it is worth reading a message to a browser for the files it offers."""
    return len(sent) <= SMALL or b"/media/" in sent


class Owners:
    """Who owns which tab and which file."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._screens: OrderedDict[str, str] = OrderedDict()
        self._files: OrderedDict[tuple[str, str], None] = OrderedDict()

    def give_screen(self, screen: str, owner: str) -> None:
        """Note to whom a tab's identifier was sent."""
        with self._guard:
            self._screens[screen] = owner
            self._screens.move_to_end(screen)
            while len(self._screens) > MOST_SCREENS:
                self._screens.popitem(last=False)

    def owns_screen(self, screen: str, owner: str) -> bool:
        """Tell whether a tab is this owner's."""
        with self._guard:
            return self._screens.get(screen) == owner

    def give_files(self, told: Sequence[str], owner: str) -> None:
        """Note the files, made or promised, that a browser was told of.

        Parameters
        ----------
        told
            Their addresses or names, and other texts from the same fields.
        """
        made = [found.group(1) for one in told if (found := _FILE.fullmatch(one))]
        names = made + [one for one in told if _PROMISED.fullmatch(one)]
        with self._guard:
            for name in names:
                self._files[name, owner] = None
                self._files.move_to_end((name, owner))
            while len(self._files) > MOST_FILES:
                self._files.popitem(last=False)

    def owns_file(self, name: str, owner: str) -> bool:
        """Tell whether this owner was told of a file, called as in its address."""
        with self._guard:
            return (name.partition(".")[0], owner) in self._files
