"""What a person sees on a screen under test, and the buttons they press."""

import re

from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

SAYING = ("title", "markdown", "caption", "info", "success", "warning", "error", "html")


def said(app: AppTest) -> str:
    """Give every sentence on the screen, as it is read: without the signs that protect it."""
    texts = [element.value for kind in SAYING for element in app.get(kind) if element.value]
    return "\n".join(_read(text) for text in texts)


def labels(app: AppTest) -> list[str]:
    """List what stands on the buttons."""
    return [_read(button.label) for button in app.button]


def button(app: AppTest, beginning: str) -> Button:
    """Find the button that begins with these words."""
    found = [b for b in app.button if _read(b.label).startswith(beginning)]
    assert len(found) == 1, labels(app)
    return found[0]


def press(app: AppTest, beginning: str) -> None:
    """Press the button that begins with these words."""
    button(app, beginning).click().run()
    assert not app.exception


def upload(app: AppTest, *files: tuple[str, bytes]) -> None:
    """Drop files onto the screen's uploader."""
    for name, content in files:
        app.file_uploader[0].upload(name, content)
    app.run()
    assert not app.exception


def _read(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
