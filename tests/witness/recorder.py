"""A server in the middle: notes every request, then passes it on."""

import email.parser
import email.policy
import http.client
import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

#: Headers that belong to one connection only.
HOP = {"connection", "transfer-encoding", "content-length", "host", "keep-alive"}


@dataclass
class Part:
    """A part of a form."""

    name: str
    file_name: str | None
    content_type: str | None
    content: bytes


@dataclass
class Request:
    """What arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    parts: list[Part] = field(default_factory=list)

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def part(self, name: str) -> list[Part]:
        return [part for part in self.parts if part.name == name]


class Recorder:
    """Passes everything on to `upstream`."""

    def __init__(self, upstream: str):
        self.requests: list[Request] = []
        self.upstream = urlsplit(upstream)
        recorder = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                pass

            def answer(self) -> None:
                recorder.take(self)

            do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = do_CONNECT = answer

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def take(self, handler: BaseHTTPRequestHandler) -> None:
        body = read_body(handler)
        at = urlsplit(handler.path)
        headers = {name.lower(): value for name, value in handler.headers.items()}
        request = Request(handler.command, at.path, dict(parse_qsl(at.query)), headers, body)
        if request.content_type == "multipart/form-data":
            request.parts = read_parts(headers["content-type"], body)
        self.requests.append(request)

        onward = http.client.HTTPConnection(self.upstream.hostname, self.upstream.port)
        kept = {name: value for name, value in headers.items() if name not in HOP}
        onward.request(handler.command, as_openai(handler.path, kept), body, kept)
        answer = onward.getresponse()
        content = answer.read()
        onward.close()
        handler.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOP:
                handler.send_header(name, value)
        handler.send_header("content-length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)


def as_openai(path: str, headers: dict[str, str]) -> str:
    """Azure's addresses and its way to say a key, as OpenAI has them; what is noted stays as it came."""
    deployed = re.match(r"/openai/deployments/[^/]+(/images/\w+)", path)
    if deployed is None:
        return path
    headers["authorization"] = f"Bearer {headers.pop('api-key', '')}"
    return "/v1" + deployed.group(1)


def read_body(handler: BaseHTTPRequestHandler) -> bytes:
    if handler.headers.get("transfer-encoding", "").lower() != "chunked":
        return handler.rfile.read(int(handler.headers.get("content-length", 0)))
    body = b""
    while size := int(handler.rfile.readline().partition(b";")[0], 16):
        body += handler.rfile.read(size)
        handler.rfile.readline()
    handler.rfile.readline()
    return body


def read_parts(content_type: str, body: bytes) -> list[Part]:
    """Reads a form with the mail library: a third opinion on where its parts begin and end."""
    whole = b"content-type: " + content_type.encode() + b"\r\n\r\n" + body
    message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(whole)
    parts = []
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        typed = part.get_content_type() if "content-type" in part else None
        parts.append(Part(name, part.get_filename(), typed, part.get_payload(decode=True)))
    return parts
