"""Callbacks that are done whole, whatever else the browser asks for meanwhile.

Streamlit ends a run as soon as the browser wants another one, at any touch of the session's state
or of the page: also within a callback. A map that reports at the moment of a click thereby undoes
the click: what the callback had not done yet is never done, and nobody is told. On a busy machine
one click in some hundred got lost.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from streamlit.runtime.scriptrunner_utils.script_run_context import get_script_run_ctx

Callback = TypeVar("Callback", bound=Callable[..., Any])


def undisturbed(callback: Callback) -> Callback:
    """Let a callback come to its end before another run may begin."""

    @wraps(callback)
    def run(*args: Any, **options: Any) -> Any:
        # What looks for other requests does nothing while its run says that it is not executing.
        context = get_script_run_ctx()
        runner = getattr(getattr(context, "_enqueue", None), "__self__", None)
        if not getattr(runner, "_execing", False):
            return callback(*args, **options)
        vars(runner)["_execing"] = False
        try:
            return callback(*args, **options)
        finally:
            vars(runner)["_execing"] = True

    return cast("Callback", run)
