"""Whether a workspace may be served the way somebody wants it served."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from geo.errors import NotAllowed
from geo.store.door import Store
from geo.workflow.accounts import who_can_administer, with_default_password
from geo.workflow.sign_in import is_demo


@dataclass(frozen=True, slots=True)
class Serving:
    """How somebody wants to serve a workspace.

    Attributes
    ----------
    host
        Where the server listens.
    is_local
        Whether only this machine gets there.
    has_office_server
        Whether people can sign in through the office's own server.
    command
        What makes the administrator's account, as it would be typed.
    """

    host: str
    is_local: bool
    is_behind_proxy: bool
    certificate: Path | None
    key: Path | None
    has_office_server: bool
    command: str


def check_serving(store: Store, wanted: Serving, *, at: datetime) -> None:
    """Refuse what would leave people or data unprotected.

    Raises
    ------
    NotAllowed
        ``tls_incomplete``; ``demo_not_local``; ``plain_http``; ``no_administrator_account``;
        ``default_password``.
    """
    has_tls = wanted.certificate is not None or wanted.key is not None
    if has_tls and not all(f is not None and f.is_file() for f in (wanted.certificate, wanted.key)):
        raise NotAllowed("tls_incomplete")
    if is_demo(store):
        if not wanted.is_local or wanted.is_behind_proxy:
            raise NotAllowed("demo_not_local")
        return
    if not wanted.is_local and not has_tls:
        raise NotAllowed("plain_http", host=wanted.host)
    if not who_can_administer(store, at=at, by_subject=wanted.has_office_server):
        raise NotAllowed("no_administrator_account", command=wanted.command)
    person = with_default_password(store, at=at)
    if person is not None:
        raise NotAllowed("default_password", person=person)
