"""Which browser session a screen, an upload or a file of a screen belongs to.

The screens' server gives each tab an identifier and lets whoever knows it go on with that tab. Here
it is noted who was given which, and which files each was told of; nobody else gets at them. It is
kept in memory like the tabs themselves: both are gone after a restart.
"""

import re
import threading
from collections import OrderedDict

# More than an office's day brings; the oldest are forgotten first.
MOST_SCREENS = 20_000
MOST_FILES = 50_000
# What stands before a file's address in what is sent to a browser, and the address itself.
# What the server calls a file that is made only when it is asked for. Such names come in small
# messages, so that large tables are not searched for them.
_PROMISED = re.compile(rb"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
SMALL = 16_384
_FILE = re.compile(rb"/media/([0-9a-f]{16,128})(\.?)")


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

    def give_files(self, sent: bytes, owner: str) -> None:
        """Note the files, made or promised, whose names stand in what was sent to a browser."""
        names = []
        for found, dot in _FILE.findall(sent) if b"/media/" in sent else ():
            # Without an ending, the byte that follows the address may look like a part of it.
            names += [found] if dot else [found, found[:-1]]
        if len(sent) <= SMALL:
            names += _PROMISED.findall(sent)
        if not names:
            return
        with self._guard:
            for name in names:
                self._files[name.decode(), owner] = None
                self._files.move_to_end((name.decode(), owner))
            while len(self._files) > MOST_FILES:
                self._files.popitem(last=False)

    def owns_file(self, name: str, owner: str) -> bool:
        """Tell whether this owner was told of a file, called as in its address."""
        with self._guard:
            return (name.partition(".")[0], owner) in self._files
