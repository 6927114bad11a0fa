"""What the tests of the vendors' SDKs share: the demo server, its fault script, clients."""

import base64
import http.client
import io
import json
import unittest
from typing import Any
from urllib.parse import urlsplit

import openai
from PIL import Image

from program import AT_MOST_S, Program

MODEL = "gpt-image-2.5-flare"
SIZE = (1024, 768)
#: As cheap as it gets: what is painted is not what is looked at.
ORDER = {"model": MODEL, "prompt": "a hill", "size": "1024x768", "quality": "low"}


def client(address: str, key: str = "sk-anything", **more) -> openai.OpenAI:
    return openai.OpenAI(**{"api_key": key, "base_url": f"{address}/v1", "max_retries": 0, **more})


def opened(b64: str) -> Image.Image:
    """A picture of an answer, decoded by Pillow to the last pixel."""
    picture = Image.open(io.BytesIO(base64.b64decode(b64, validate=True)))
    picture.load()
    return picture


class DemoTest(unittest.TestCase):
    """One demo server for all of a class."""

    arguments: tuple[str, ...] = ()

    @classmethod
    def setUpClass(cls):
        cls.demo = Program("demo-providers", "--addr", "127.0.0.1:0", *cls.arguments)

    @classmethod
    def tearDownClass(cls):
        cls.demo.stop()


class ScriptedTest(DemoTest):
    """A demo server that goes wrong on demand; it forgets everything before each test."""

    arguments = ("--control",)

    def setUp(self):
        self.control("reset", {})
        # Whatever hangs lets go before the server is asked to end.
        self.addCleanup(self.control, "reset", {})

    def control(self, what: str, body: Any = None) -> Any:
        at = urlsplit(self.demo.address)
        connection = http.client.HTTPConnection(at.hostname, at.port, timeout=AT_MOST_S)
        try:
            method = "GET" if body is None else "POST"
            text = None if body is None else json.dumps(body)
            connection.request(method, f"/control/{what}", text, {"content-type": "application/json"})
            answer = connection.getresponse()
            content = answer.read()
            assert answer.status == 200, f"{what}: {answer.status} {content!r}"
            return json.loads(content)
        finally:
            connection.close()

    def fault(self, **fault: Any) -> None:
        """What goes wrong with the next request."""
        self.control("faults", fault)

    def counters(self) -> dict[str, Any]:
        return self.control("counters")
