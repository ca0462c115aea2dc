"""Lambda's Runtime API for one process: it asks for events here and brings the answers back.

It also asks for the cloud's time, and to sleep in it.
"""

import queue
import threading
from collections.abc import Callable
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from simulator.moto_ext.awslambda.bootstrap import CLOCK

_VERSION: Final = "/2018-06-01/runtime"


class Sleep:
    """A sleep that the process asks for."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.over = threading.Event()


class Invocation:
    """One event for the process, and what came back."""

    def __init__(self, request_id: str, payload: str, arn: str, deadline: datetime) -> None:
        self.request_id = request_id
        self.payload = payload
        self.arn = arn
        self.deadline = deadline
        self.answer: str | None = None
        self.errored = False
        self.ended = threading.Event()
        self._asked: queue.Queue[Sleep | None] = queue.Queue()

    def end(self, answer: str | None, errored: bool) -> None:
        """Note the answer; None says that the process went away."""
        if not self.ended.is_set():
            self.answer, self.errored = answer, errored
            self.ended.set()
            self._asked.put(None)

    def sleep(self, seconds: float) -> None:
        """Ask for a sleep, and return when it is over."""
        asked = Sleep(seconds)
        self._asked.put(asked)
        asked.over.wait()

    def next(self, seconds: float) -> Sleep | None:
        """Wait for the next sleep, or None at the end; raises `queue.Empty` after some seconds."""
        return self._asked.get(timeout=seconds)


class RuntimeApi:
    """A small HTTP server, for one process."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self._events: queue.Queue[Invocation | None] = queue.Queue()
        self._running: Invocation | None = None
        # Set while the process waits for its next event: the last one is done, logs and all.
        self.asked_again = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    @property
    def address(self) -> str:
        """Return the host and port, as AWS_LAMBDA_RUNTIME_API has them."""
        host, port = self._server.server_address[:2]
        return f"{host!s}:{port}"

    def offer(self, invocation: Invocation) -> None:
        """Give the process an event."""
        self._running = invocation
        self.asked_again.clear()
        self._events.put(invocation)

    def take(self) -> Invocation | None:
        """Wait for an event; None when the API is closing."""
        if self._running is None or self._running.ended.is_set():
            self.asked_again.set()
        return self._events.get()

    def sleep(self, seconds: float) -> None:
        """Let the cloud's time pass in the invocation that is running."""
        if self._running is not None:
            self._running.sleep(seconds)

    def answer(self, text: str, errored: bool) -> None:
        """Note what the process answered."""
        if self._running is not None:
            self._running.end(text, errored)

    def abandon(self) -> None:
        """Note that the process is gone."""
        if self._running is not None:
            self._running.end(None, True)
        self.asked_again.set()

    def close(self) -> None:
        """Stop serving."""
        self._events.put(None)
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _handler(api: RuntimeApi) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            if self.path == CLOCK:
                self._tell_time()
                return
            invocation = api.take()
            if invocation is None:
                self.close_connection = True
                return
            deadline = round(invocation.deadline.timestamp() * 1000)
            body = invocation.payload.encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Lambda-Runtime-Aws-Request-Id", invocation.request_id)
            self.send_header("Lambda-Runtime-Deadline-Ms", str(deadline))
            self.send_header("Lambda-Runtime-Invoked-Function-Arn", invocation.arn)
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
                text = self._chunks().decode()
            else:
                text = self.rfile.read(length).decode()
            if self.path == CLOCK:
                api.sleep(float(text))
                self._tell_time()
                return
            path = self.path.removeprefix(_VERSION)
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()
            api.answer(text, errored=not path.endswith("/response"))

        def _tell_time(self) -> None:
            body = repr(api.now().timestamp()).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _chunks(self) -> bytes:
            body = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return body

        def log_message(self, format: str, *args: Any) -> None:
            """Stay silent."""

    return Handler
