"""TLS in front of a provider, as a proxy ends it in production: bytes in, bytes out."""

from __future__ import annotations

import asyncio
import socket
import ssl
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from cryptography.x509 import DNSName

from tests.protocol.certificates import make_certificate, pem

_CHUNK = 64 * 1024


@dataclass
class TlsFront:
    """A bound port with a certificate for `localhost`, which clients trust by `trust` or by
    `authority` in PEM. `versions` are those of TLS that they spoke."""

    listener: socket.socket = field(repr=False)
    context: ssl.SSLContext = field(repr=False)
    authority: str = field(repr=False)
    versions: list[str] = field(default_factory=list)

    @property
    def trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cadata=self.authority)

    def another(self) -> TlsFront:
        """Bind one more port under the same certificate."""
        return TlsFront(_bound(), self.context, self.authority)

    @property
    def origin(self) -> str:
        return f"https://localhost:{self.listener.getsockname()[1]}"


def new_front() -> TlsFront:
    """Bind a free port and make a certificate; nothing is answered yet."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    certificate = pem(make_certificate(now, "CN=localhost", [DNSName("localhost")], key=key))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "server.pem"
        file.write_text(certificate + private, encoding="utf-8")
        context.load_cert_chain(file)
    return TlsFront(_bound(), context, certificate)


def _bound() -> socket.socket:
    return socket.create_server(("127.0.0.1", 0))


@contextmanager
def passing_on(front: TlsFront, backend: int) -> Iterator[None]:
    """Take TLS connections and pass them on to the port `backend` until the block ends."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        front.versions.append(writer.get_extra_info("ssl_object").version())
        inner_reader, inner_writer = await asyncio.open_connection("127.0.0.1", backend)
        await asyncio.gather(_copy(reader, inner_writer), _copy(inner_reader, writer))

    async def start() -> asyncio.Server:
        return await asyncio.start_server(take, sock=front.listener, ssl=front.context)

    async def stop() -> None:
        server.close()
        waiting = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)

    server = asyncio.run_coroutine_threadsafe(start(), loop).result(timeout=10)
    try:
        yield
    finally:
        asyncio.run_coroutine_threadsafe(stop(), loop).result(timeout=10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=10)
        loop.close()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(_CHUNK):
            writer.write(chunk)
            await writer.drain()
    except (ConnectionError, ssl.SSLError):
        """Either side may hang up when it likes."""
    finally:
        writer.close()
