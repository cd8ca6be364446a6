"""What can go wrong as a whole: one base error, one-line subclasses.

An error carries a code and the values of its sentence, never the sentence: the entry points
(screen frame, command line, HTTP) render it in the reader's language with
``geo.text.say("error." + error.code, lang, **error.values)``. Every code therefore has a text that
says what happened, where, and what to do.

A bad row in a user's file is not an error: see `geo.model.problems`.
"""


class SkyGroundError(Exception):
    """Something the user can read, understand and act on.

    Parameters
    ----------
    code
        Key of the sentence in `geo.text`, without the ``error.`` in front.
    **values
        What the sentence names: the file, the patch, the version.
    """

    def __init__(self, code: str, **values: object) -> None:
        self.code = code
        self.values = values
        super().__init__(f"{code}: {values}" if values else code)


class FileRefused(SkyGroundError):
    """A file cannot be read as what it was given for."""


class NotFound(SkyGroundError):
    """A patch, grid, person or batch is not known, or not in this person's territory."""


class NotAllowed(SkyGroundError):
    """The rules do not let this person do this now."""


class OldVersion(SkyGroundError):
    """Somebody else changed the same thing first."""


class NeedsConfirmation(SkyGroundError):
    """The program has a proposal and will not act on it unasked."""


class WorkspaceError(SkyGroundError):
    """The workspace is missing, broken, or in a place where it cannot be kept safely."""
