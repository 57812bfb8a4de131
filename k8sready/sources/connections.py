"""The connections of a pool, so that those that wait for an answer can be broken off from another thread."""

import socket
from contextlib import suppress
from typing import Any
from weakref import WeakSet

import urllib3


class Connections:
    """Every connection that a pool makes."""

    def __init__(self, pool: Any) -> None:
        self._sockets: WeakSet[Any] = WeakSet()
        kinds = {"http": urllib3.HTTPConnectionPool, "https": urllib3.HTTPSConnectionPool}
        known = pool.pool_classes_by_scheme
        pool.pool_classes_by_scheme = {scheme: self._noting(known.get(scheme, kind)) for scheme, kind in kinds.items()}

    def _noting(self, pool: Any) -> Any:
        sockets = self._sockets

        class Connection(pool.ConnectionCls):  # type: ignore[misc]  # whichever the pool makes
            def connect(self) -> None:
                """Connect, and note the socket."""
                super().connect()
                sockets.add(self.sock)

        return type(pool.__name__, (pool,), {"ConnectionCls": Connection})

    def break_off(self) -> None:
        """End what is being read and written; whoever waits sees a broken connection."""
        for noted in list(self._sockets):
            plain = getattr(noted, "socket", noted)
            with suppress(OSError):  # it is not connected any more
                socket.socket.shutdown(plain, socket.SHUT_RDWR)  # not TLS's own, which would wait
