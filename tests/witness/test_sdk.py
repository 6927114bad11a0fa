"""OpenAI's SDK against our demo painter: pictures, streams, models, and requests that are wrong."""

import openai

import scenes
from sdk import MODEL, SIZE, DemoTest, client, opened


class OpenaiImages(DemoTest):
    def setUp(self):
        self.openai = client(self.demo.address)
        self.addCleanup(self.openai.close)

    def check_usage(self, usage, pictures: bool):
        self.assertEqual(usage.total_tokens, usage.input_tokens + usage.output_tokens)
        details = usage.input_tokens_details
        self.assertEqual(usage.input_tokens, details.text_tokens + details.image_tokens)
        self.assertGreater(details.text_tokens, 0)
        self.assertGreater(usage.output_tokens, 0)
        self.assertEqual(details.image_tokens > 0, pictures)

    def test_generate(self):
        answer = self.openai.images.generate(
            model=MODEL,
            prompt="a lighthouse at dusk",
            size="1024x768",
            quality="low",
            n=2,
            output_format="jpeg",
            output_compression=80,
        )
        self.assertEqual(len(answer.data), 2)
        for item in answer.data:
            picture = opened(item.b64_json)
            self.assertEqual((picture.format, picture.size), ("JPEG", SIZE))
            self.assertIsNone(item.url)
        self.assertEqual((answer.size, answer.quality, answer.output_format), ("1024x768", "low", "jpeg"))
        self.assertGreater(answer.created, 1_700_000_000)
        self.check_usage(answer.usage, pictures=False)

    def test_every_format(self):
        for name in ("png", "jpeg", "webp"):
            with self.subTest(name):
                answer = self.openai.images.generate(
                    model=MODEL, prompt="a hill", size="1024x768", quality="low", output_format=name
                )
                self.assertEqual(opened(answer.data[0].b64_json).format, name.upper())

    def test_edit_one_picture(self):
        answer = self.openai.images.edit(
            model=MODEL, image=("photo.jpg", scenes.jpeg(SIZE)), prompt="at night", size="1024x768", quality="low"
        )
        self.assertEqual(opened(answer.data[0].b64_json).size, SIZE)
        self.check_usage(answer.usage, pictures=True)

    def test_edit_several_pictures_counts_each(self):
        def tokens(*pictures):
            answer = self.openai.images.edit(
                model=MODEL, image=list(pictures), prompt="together", size="1024x768", quality="low"
            )
            return answer.usage.input_tokens_details.image_tokens

        one = ("one.png", scenes.png(SIZE))
        two = ("two.jpg", scenes.jpeg((640, 480)))
        self.assertEqual(tokens(one), 32 * 24)
        self.assertEqual(tokens(one, two), 32 * 24 + 20 * 15)

    def test_edit_changes_the_hole_and_counts_the_mask(self):
        source = scenes.scene(SIZE)
        answer = self.openai.images.edit(
            model=MODEL,
            image=("photo.png", scenes.png(SIZE)),
            mask=("mask.png", scenes.mask(SIZE)),
            prompt="snow",
            size="1024x768",
            quality="low",
        )
        painted = opened(answer.data[0].b64_json).convert("RGB")
        hole = scenes.hole(SIZE)
        self.assertNotEqual(painted.crop(hole).tobytes(), source.crop(hole).tobytes())
        self.assertEqual(answer.usage.input_tokens_details.image_tokens, 2 * 32 * 24)

    def test_streaming_with_partial_pictures(self):
        calls = {
            "image_generation": lambda **more: self.openai.images.generate(**more),
            "image_edit": lambda **more: self.openai.images.edit(image=("photo.jpg", scenes.jpeg(SIZE)), **more),
        }
        for name, call in calls.items():
            with self.subTest(name):
                stream = call(
                    model=MODEL, prompt="dusk", size="1024x768", quality="low", stream=True, partial_images=2
                )
                events = list(stream)
                self.assertEqual(
                    [event.type for event in events], [f"{name}.partial_image"] * 2 + [f"{name}.completed"]
                )
                self.assertEqual([event.partial_image_index for event in events[:2]], [0, 1])
                for event in events:
                    self.assertEqual(opened(event.b64_json).size, SIZE)
                self.check_usage(events[-1].usage, pictures=name == "image_edit")

    def test_models(self):
        ids = {model.id for model in self.openai.models.list()}
        self.assertIn(MODEL, ids)
        self.assertEqual(self.openai.models.retrieve(MODEL).id, MODEL)
        with self.assertRaises(openai.NotFoundError):
            self.openai.models.retrieve("gpt-image-0")

    def test_a_bad_key_is_an_authentication_error(self):
        with client(self.demo.address, "bad-key") as stranger:
            calls = (
                lambda: stranger.images.generate(model=MODEL, prompt="a"),
                lambda: stranger.images.edit(model=MODEL, image=("a.png", scenes.png((64, 64))), prompt="a"),
                lambda: stranger.models.list(),
            )
            for call in calls:
                with self.assertRaises(openai.AuthenticationError) as caught:
                    call()
                self.assertEqual(caught.exception.code, "invalid_api_key")
                self.assertTrue(caught.exception.request_id)
                self.assertNotIn("bad-key", str(caught.exception))

    def test_requests_that_are_wrong_say_which_parameter(self):
        cases = [
            ({"model": MODEL, "size": "1000x1000"}, openai.BadRequestError, "invalid_value", "size"),
            ({"model": MODEL, "quality": "splendid"}, openai.BadRequestError, "invalid_value", "quality"),
            ({"model": MODEL, "n": 99}, openai.BadRequestError, "integer_above_max_value", "n"),
            ({"model": MODEL, "output_format": "bmp"}, openai.BadRequestError, "invalid_value", "output_format"),
            ({"model": MODEL, "extra_body": {"sise": "x"}}, openai.BadRequestError, "unknown_parameter", "sise"),
            ({"model": "gpt-image-0"}, openai.NotFoundError, "model_not_found", "model"),
            ({}, openai.BadRequestError, "missing_required_parameter", "model"),
        ]
        for fields, kind, code, param in cases:
            with self.subTest(str(fields)):
                with self.assertRaises(kind) as caught:
                    self.openai.images.generate(prompt="a", **fields)
                error = caught.exception
                self.assertEqual((error.code, error.param, error.type), (code, param, "invalid_request_error"))

    def test_a_mask_of_another_size_is_refused(self):
        with self.assertRaises(openai.BadRequestError) as caught:
            self.openai.images.edit(
                model=MODEL,
                image=("a.png", scenes.png((640, 480))),
                mask=("mask.png", scenes.mask((320, 240))),
                prompt="a",
            )
        self.assertEqual(caught.exception.param, "mask")

    def test_moderation_is_told_apart(self):
        with self.assertRaises(openai.BadRequestError) as caught:
            self.openai.images.generate(model=MODEL, prompt="refuse this please", size="1024x768")
        self.assertEqual(caught.exception.code, "moderation_blocked")
