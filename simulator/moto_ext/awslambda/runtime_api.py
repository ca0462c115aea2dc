"""Lambda's Runtime API for one process: it asks for events here and brings the answers back."""

import queue
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

_VERSION: Final = "/2018-06-01/runtime"


class Invocation:
    """One event for the process, and what came back."""

    def __init__(self, request_id: str, payload: str, arn: str, seconds: float) -> None:
        self.request_id = request_id
        self.payload = payload
        self.arn = arn
        self.seconds = seconds
        self.answer: str | None = None
        self.errored = False
        self.ended = threading.Event()

    def end(self, answer: str | None, errored: bool) -> None:
        """Note the answer; None says that the process went away."""
        if not self.ended.is_set():
            self.answer, self.errored = answer, errored
            self.ended.set()


class RuntimeApi:
    """A small HTTP server, for one process."""

    def __init__(self) -> None:
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
            invocation = api.take()
            if invocation is None:
                self.close_connection = True
                return
            deadline = round((time.time() + invocation.seconds) * 1000)
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
            path = self.path.removeprefix(_VERSION)
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()
            api.answer(text, errored=not path.endswith("/response"))

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
