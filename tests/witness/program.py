"""The program under test, and somebody who uses it over HTTP."""

import http.client
import json
import os
import re
import signal
import subprocess
import tempfile
import threading
import time
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

#: The longest that anything awaited may take. Reached only when something is broken.
AT_MOST_S = 120


class Program:
    """A running `pochoir`, with these settings and nothing of the environment of whoever runs the tests."""

    def __init__(self, *arguments: str, **settings: str):
        self.folder = tempfile.TemporaryDirectory(prefix="pochoir-witness-")
        self.log = tempfile.TemporaryFile("w+")
        settings = {"POCHOIR_ADDR": "127.0.0.1:0", "POCHOIR_DATA_DIR": self.folder.name, **settings}
        self.process = subprocess.Popen(
            [os.environ["POCHOIR_BINARY"], *arguments],
            env=settings,
            cwd=self.folder.name,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        line = self.process.stdout.readline()
        address = re.search(r"http://\S+", line)
        if address is None:
            self.process.wait(AT_MOST_S)
            raise AssertionError(f"the program said {line!r} instead of its address, and {self.said()!r}")
        self.address = address.group()
        # Read on, so that it never waits for a reader.
        self._reader = threading.Thread(target=self.process.stdout.read, daemon=True)
        self._reader.start()

    def said(self) -> str:
        """Everything it logged so far."""
        self.log.seek(0)
        return self.log.read()

    def stop(self) -> None:
        """Asks it to end, as a service manager does; it must do so in order, without ever having panicked."""
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(AT_MOST_S)
        finally:
            self.process.kill()
            self.process.wait()
            self._reader.join()
            self.process.stdout.close()
            self.folder.cleanup()
        said = self.said()
        self.log.close()
        assert code == 0, f"the program ended with {code}: {said}"
        assert "panicked" not in said, said


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Visitor:
    """Somebody with a session."""

    def __init__(self, address: str):
        at = urlsplit(address)
        self.connection = http.client.HTTPConnection(at.hostname, at.port, timeout=AT_MOST_S)
        self.cookies: dict[str, str] = {}

    def close(self) -> None:
        self.connection.close()

    def ask(self, method: str, path: str, body: bytes = b"", content_type: str = "") -> Answer:
        headers = {"content-type": content_type} if content_type else {}
        if self.cookies:
            headers["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.connection.request(method, path, body or None, headers)
        answer = self.connection.getresponse()
        for line in answer.headers.get_all("set-cookie", []):
            name, _, value = line.split(";")[0].partition("=")
            self.cookies[name] = value
        return Answer(answer.status, answer.headers, answer.read())

    def get(self, path: str) -> Answer:
        return self.ask("GET", path)

    def post(self, path: str, body: Any) -> Answer:
        return self.ask("POST", path, json.dumps(body).encode(), "application/json")

    def send_file(self, path: str, field: str, name: str, content: bytes) -> Answer:
        """A form with one file."""
        boundary = uuid.uuid4().hex
        head = f'--{boundary}\r\ncontent-disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        return self.ask("POST", path, body, f"multipart/form-data; boundary={boundary}")

    def upload(self, content: bytes) -> dict[str, Any]:
        """A picture that is taken."""
        answer = self.send_file("/api/sources", "picture", "photo", content)
        assert answer.status == 201, f"{answer.status}: {answer.body.decode()}"
        return answer.json()

    def finished(self, job: str) -> dict[str, Any]:
        """The job once it is over."""
        end = time.monotonic() + AT_MOST_S
        while time.monotonic() < end:
            found = self.get(f"/api/jobs/get?id={job}").json()
            if found["state"] not in ("queued", "running"):
                return found
            time.sleep(0.02)
        raise AssertionError(f"job {job} never ended")
