"""OpenAI's SDK against the demo's Responses: pictures described and prompts refined in the shape of a class."""

import base64
import json
from typing import Literal, Optional

import openai
from pydantic import BaseModel, Field

import scenes
from sdk import SIZE, DemoTest, client

WRITER = "gpt-6-luna"


class Box(BaseModel):
    left: int
    top: int
    right: int
    bottom: int


class Thing(BaseModel):
    name: str
    kind: Literal["object", "animal", "plant"]
    box: Optional[Box]
    confidence: float = Field(ge=0, le=1)


class Description(BaseModel):
    caption: str
    language: str
    tags: list[str]
    objects: list[Thing]
    people: list[str]
    colours: list[str]
    black_and_white: bool
    remark: Optional[str]


class Refined(BaseModel):
    prompt: str


def picture() -> dict:
    data = base64.b64encode(scenes.jpeg(SIZE)).decode()
    return {"type": "input_image", "image_url": f"data:image/jpeg;base64,{data}", "detail": "high"}


class Responses(DemoTest):
    def setUp(self):
        self.openai = client(self.demo.address)
        self.addCleanup(self.openai.close)

    def describe(self, **more):
        content = [{"type": "input_text", "text": "Describe the picture."}, picture()]
        ask = {"model": WRITER, "instructions": "Write in French.", "input": [{"role": "user", "content": content}]}
        return self.openai.responses.parse(text_format=Description, **{**ask, **more})

    def test_a_picture_in_the_shape_of_a_class(self):
        answer = self.describe(store=False, reasoning={"effort": "none"}, max_output_tokens=4000)
        self.assertEqual((answer.status, answer.error, answer.model), ("completed", None, WRITER))
        seen = answer.output_parsed
        self.assertTrue(seen.caption.startswith("une image au format paysage"), seen.caption)
        self.assertEqual((seen.language, seen.people, seen.remark, seen.black_and_white), ("fr", [], None, False))
        self.assertTrue(seen.tags and seen.colours and seen.objects)
        for thing in seen.objects:
            self.assertEqual(thing.kind, "object")
            self.assertTrue(0 <= thing.box.left < thing.box.right <= 1000, thing)
            self.assertTrue(0 <= thing.box.top < thing.box.bottom <= 1000, thing)
        # 32 x 24 patches, 1.2 tokens each, and some words.
        self.assertGreater(answer.usage.input_tokens, 32 * 24 * 6 / 5)
        self.assertEqual(answer.usage.total_tokens, answer.usage.input_tokens + answer.usage.output_tokens)

    def test_a_refined_prompt(self):
        answer = self.openai.responses.parse(
            model=WRITER,
            instructions="You write prompts for a painter, in English.",
            input="Description: a barn in a meadow\nWish: under the snow\nDrop: the fence",
            text_format=Refined,
        )
        prompt = answer.output_parsed.prompt
        for words in ("A barn in a meadow.", "Under the snow.", "Without the fence."):
            self.assertIn(words, prompt)

    def test_a_refusal_is_no_text(self):
        answer = self.describe(input="refuse this please")
        self.assertEqual([part.type for part in answer.output[0].content], ["refusal"])
        self.assertIsNone(answer.output_parsed)

    def test_too_few_tokens_leave_it_incomplete(self):
        content = [{"type": "input_text", "text": "Describe the picture."}, picture()]
        answer = self.openai.responses.create(
            model=WRITER, input=[{"role": "user", "content": content}], max_output_tokens=16
        )
        self.assertEqual(answer.status, "incomplete")
        self.assertEqual(answer.incomplete_details.reason, "max_output_tokens")
        with self.assertRaises(json.JSONDecodeError):
            json.loads(answer.output_text)

    def test_a_stream_in_the_shape_of_a_class(self):
        content = [{"type": "input_text", "text": "Describe the picture."}, picture()]
        ask = {"model": WRITER, "input": [{"role": "user", "content": content}]}
        with self.openai.responses.stream(text_format=Description, **ask) as stream:
            told = [event.delta for event in stream if event.type == "response.output_text.delta"]
            answer = stream.get_final_response()
        self.assertGreater(len(told), 3)
        self.assertEqual("".join(told), answer.output_text)
        self.assertTrue(answer.output_parsed.caption.startswith("a landscape picture"))

    def test_what_is_wrong_is_named(self):
        loose = {"format": {"type": "json_schema", "name": "d", "strict": True, "schema": {"type": "object"}}}
        cases = [
            ({"model": "gpt-0"}, openai.NotFoundError, "model_not_found", "model"),
            ({"temperature": 0.5}, openai.BadRequestError, "unsupported_parameter", "temperature"),
            ({"text": loose}, openai.BadRequestError, "invalid_json_schema", "text.format.schema"),
            ({"extra_body": {"inputs": 1}}, openai.BadRequestError, "unknown_parameter", "inputs"),
            ({"max_output_tokens": 1}, openai.BadRequestError, "integer_below_min_value", "max_output_tokens"),
        ]
        for more, kind, code, param in cases:
            with self.subTest(code), self.assertRaises(kind) as caught:
                self.openai.responses.create(**{"model": WRITER, "input": "a", **more})
            self.assertEqual((caught.exception.code, caught.exception.param), (code, param))
