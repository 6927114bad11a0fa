"""Every typed error of OpenAI's SDK, brought about by the fault script of the demo."""

import json

import openai

from sdk import ORDER, ScriptedTest, client


class Faults(ScriptedTest):
    def setUp(self):
        super().setUp()
        self.openai = self.client()

    def client(self, **more) -> openai.OpenAI:
        made = client(self.demo.address, **more)
        self.addCleanup(made.close)
        return made

    def test_every_status_is_an_error_of_its_own(self):
        cases = [
            (400, openai.BadRequestError, "billing_hard_limit_reached"),
            (401, openai.AuthenticationError, "invalid_api_key"),
            (403, openai.PermissionDeniedError, "unsupported_country_region_territory"),
            (404, openai.NotFoundError, "model_not_found"),
            (409, openai.ConflictError, None),
            (422, openai.UnprocessableEntityError, None),
            (429, openai.RateLimitError, "rate_limit_exceeded"),
            (500, openai.InternalServerError, "server_error"),
            (503, openai.InternalServerError, "server_is_overloaded"),
        ]
        calls = {
            "generate": lambda: self.openai.images.generate(**ORDER),
            "stream": lambda: list(self.openai.images.generate(stream=True, **ORDER)),
            "respond": lambda: self.openai.responses.create(model="gpt-6-luna", input="a"),
            "moderate": lambda: self.openai.moderations.create(input="a"),
            "list": lambda: self.openai.models.list(),
        }
        for status, kind, code in cases:
            for name, call in calls.items():
                with self.subTest(f"{status} {name}"):
                    self.fault(**({"code": code} if code else {"status": status, "body": {"error": {"message": "no"}}}))
                    with self.assertRaises(kind) as caught:
                        call()
                    self.assertEqual((caught.exception.status_code, caught.exception.code), (status, code))
        self.assertEqual(self.counters()["charged"], 0)

    def test_money_that_is_gone_is_told_by_its_type(self):
        for code in ("insufficient_quota", "credit_balance_exhausted", "project_spend_limit_exceeded"):
            with self.subTest(code):
                self.fault(code=code)
                with self.assertRaises(openai.RateLimitError) as caught:
                    self.openai.images.generate(**ORDER)
                self.assertEqual((caught.exception.code, caught.exception.type), (code, "insufficient_quota"))

    def test_an_organisation_that_is_not_verified_has_no_code(self):
        for break_it in (lambda: self.fault(code="organization_not_verified"), lambda: None):
            break_it()
            stranger = self.client(key="blocked-key")
            with self.assertRaises(openai.PermissionDeniedError) as caught:
                stranger.images.generate(**ORDER)
            self.assertIsNone(caught.exception.code)
            self.assertIn("must be verified", str(caught.exception))

    def test_the_sdk_tries_again_even_where_the_money_is_gone(self):
        # Ours must not: that is what `x-should-retry` and our own rules are for.
        self.fault(code="insufficient_quota", times=0, headers={"retry-after-ms": "1"})
        with self.assertRaises(openai.RateLimitError):
            self.client(max_retries=2).images.generate(**ORDER)
        self.assertEqual(self.counters()["by_path"], {"/v1/images/generations": 3})

    def test_a_connection_that_breaks(self):
        self.fault(cut_after_bytes=100)
        with self.assertRaises(openai.APIConnectionError):
            self.openai.images.generate(**ORDER)
        self.assertEqual(self.counters()["charged"], 1, "painted and paid all the same")

    def test_nobody_at_the_address(self):
        with self.assertRaises(openai.APIConnectionError):
            self.client(base_url="http://127.0.0.1:9/v1").images.generate(**ORDER)

    def test_an_answer_that_never_comes(self):
        self.fault(hang=True)
        with self.assertRaises(openai.APITimeoutError):
            self.client(timeout=0.5).images.generate(**ORDER)

    def test_an_answer_that_drips(self):
        self.fault(drip={"bytes": 400, "every_ms": 2}, path="/models")
        self.assertTrue(self.openai.models.list().data)

    def test_answers_that_are_no_answers(self):
        self.fault(malformed="cut")
        with self.assertRaises(json.JSONDecodeError):
            self.openai.images.generate(**ORDER)
        self.fault(malformed="types")
        self.assertNotIsInstance(self.openai.images.generate(**ORDER).data, list)
        for kind in ("html", "text"):
            with self.subTest(kind):
                self.fault(wrong_type=kind)
                # It hands on what it got, as text: whoever trusts the type is mistaken.
                self.assertIsInstance(self.openai.images.generate(**ORDER), str)
        self.fault(by_url=True)
        item = self.openai.images.generate(**ORDER).data[0]
        self.assertIsNone(item.b64_json)
        self.assertTrue(item.url)

    def test_a_stream_that_breaks_off(self):
        self.fault(code="server_error", after_events=1)
        stream = self.openai.images.generate(stream=True, partial_images=2, **ORDER)
        self.assertEqual(next(stream).type, "image_generation.partial_image")
        with self.assertRaises(openai.APIError) as caught:
            next(stream)
        self.assertEqual(caught.exception.code, "server_error")
        self.fault(after_events=2)
        kinds = [event.type for event in self.openai.images.generate(stream=True, partial_images=2, **ORDER)]
        self.assertEqual(kinds, ["image_generation.partial_image"] * 2, "it ends in order, without the picture")
        self.fault(malformed="cut")
        with self.assertRaises(json.JSONDecodeError):
            list(self.openai.images.generate(stream=True, **ORDER))
