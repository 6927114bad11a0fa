"""OpenAI's SDK against the demo's moderations."""

import base64

import openai

import scenes
from sdk import DemoTest, client


class Moderations(DemoTest):
    def setUp(self):
        self.openai = client(self.demo.address)
        self.addCleanup(self.openai.close)

    def test_texts_are_judged_one_by_one(self):
        answer = self.openai.moderations.create(model="omni-moderation-latest", input=["a lake", "extreme violence"])
        self.assertEqual([result.flagged for result in answer.results], [False, True])
        bad = answer.results[1]
        self.assertTrue(bad.categories.violence)
        self.assertFalse(bad.categories.self_harm_intent)
        self.assertGreater(bad.category_scores.violence, bad.category_scores.hate)
        self.assertEqual(bad.category_applied_input_types.violence, ["text"])

    def test_text_and_picture_are_judged_together(self):
        url = f"data:image/jpeg;base64,{base64.b64encode(scenes.jpeg((320, 240))).decode()}"
        parts = [{"type": "text", "text": "a barn"}, {"type": "image_url", "image_url": {"url": url}}]
        answer = self.openai.moderations.create(input=parts)
        self.assertEqual([result.flagged for result in answer.results], [False])
        self.assertEqual(answer.results[0].category_applied_input_types.sexual, ["text", "image"])

    def test_other_models_are_not_there(self):
        with self.assertRaises(openai.NotFoundError):
            self.openai.moderations.create(model="text-moderation-latest", input="a")
