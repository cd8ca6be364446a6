"""Counts what really travels on the wire to a browser, as it is compressed there."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

HOME = "127.0.0.1"
STREAM = b"/_stcore/stream"
PIECE = 65_536


@dataclass
class Wire:
    """A relay before a server.

    Attributes
    ----------
    port
        Where it listens.
    to_browser
        Bytes that the screens' WebSocket has brought to the browser.
    """

    server: int
    port: int = 0
    to_browser: int = 0
    ready: threading.Event = field(default_factory=threading.Event)

    async def run(self) -> None:
        """Relay until the loop ends."""
        listening = await asyncio.start_server(self._relay, HOME, 0)
        self.port = listening.sockets[0].getsockname()[1]
        self.ready.set()
        await listening.serve_forever()

    async def _relay(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection(HOME, self.server)
        is_stream = False

        async def onward() -> None:
            nonlocal is_stream
            while piece := await reader.read(PIECE):
                is_stream = is_stream or STREAM in piece.split(b"\r\n", 1)[0]
                inner_writer.write(piece)
                await inner_writer.drain()

        async def back() -> None:
            while piece := await inner_reader.read(PIECE):
                if is_stream:
                    self.to_browser += len(piece)
                writer.write(piece)
                await writer.drain()

        jobs = [asyncio.create_task(onward()), asyncio.create_task(back())]
        await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
        writer.close()
        inner_writer.close()


@contextmanager
def counted(server: int) -> Iterator[Wire]:
    """Stand before a server on this machine; gives where, and counts."""
    wire = Wire(server)
    loop = asyncio.new_event_loop()
    task = loop.create_task(wire.run())
    threading.Thread(target=_run, args=(loop, task), daemon=True).start()
    wire.ready.wait(timeout=10)
    try:
        yield wire
    finally:
        loop.call_soon_threadsafe(task.cancel)


def _run(loop: asyncio.AbstractEventLoop, task: asyncio.Task[None]) -> None:
    with suppress(asyncio.CancelledError):
        loop.run_until_complete(task)
