"""Ports of the local stack: which are free, and a clear word when one is not."""

from __future__ import annotations

import socket

from deployments.errors import StackError


def free_port(wanted: int, variable: str) -> int:
    """`wanted` if it is free, or any free port for 0. In use: a StackError naming the variable."""
    with socket.socket() as listener:
        # As servers do, or a connection closed a moment ago would count as "in use".
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", wanted))
        except OSError as error:
            raise StackError(
                f"Port {wanted} of 127.0.0.1 cannot be used ({error.strerror}): stop the program "
                f"that uses it, or set {variable} to another port."
            ) from error
        port: int = listener.getsockname()[1]
        return port
