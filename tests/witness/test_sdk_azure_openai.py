"""OpenAI's SDK against the demo as Azure OpenAI: by deployment, and by the addresses of v1."""

import openai

import scenes
from sdk import MODEL, SIZE, DemoTest, client, opened

VERSION = "2025-04-01-preview"
ORDER = {"prompt": "a hill", "size": "1024x768", "quality": "low"}


class AzureOpenai(DemoTest):
    def azure(self, **more) -> openai.AzureOpenAI:
        options = {"api_key": "anything", "azure_endpoint": self.demo.address, "api_version": VERSION, "max_retries": 0}
        azure = openai.AzureOpenAI(**{**options, **more})
        self.addCleanup(azure.close)
        return azure

    def clients(self):
        """Each way to say which deployment, and what stands for the model then."""
        v1 = client(self.demo.address, base_url=f"{self.demo.address}/openai/v1")
        self.addCleanup(v1.close)
        return {
            "deployment by model": (self.azure(), f"drafts-{MODEL}"),
            "deployment of the client": (self.azure(azure_deployment=f"drafts-{MODEL}"), "anything"),
            "bearer": (self.azure(api_key=None, azure_ad_token="a-token"), MODEL),
            "v1": (v1, f"drafts-{MODEL}"),
        }

    def test_generate_edit_and_stream(self):
        for name, (azure, model) in self.clients().items():
            with self.subTest(name):
                answer = azure.images.generate(model=model, **ORDER)
                self.assertEqual(opened(answer.data[0].b64_json).size, SIZE)
                photo = ("photo.png", scenes.png(SIZE))
                mask = ("mask.png", scenes.mask(SIZE))
                answer = azure.images.edit(model=model, image=[photo, photo], mask=mask, **ORDER)
                self.assertEqual(answer.usage.input_tokens_details.image_tokens, 3 * 32 * 24)
                events = list(azure.images.generate(model=model, stream=True, partial_images=1, **ORDER))
                kinds = [event.type for event in events]
                self.assertEqual(kinds, ["image_generation.partial_image", "image_generation.completed"])

    def test_keys_deployments_and_versions(self):
        with self.assertRaises(openai.AuthenticationError):
            self.azure(api_key="bad-key").images.generate(model=MODEL, **ORDER)
        with self.assertRaises(openai.PermissionDeniedError):
            self.azure(api_key="blocked-key").images.generate(model=MODEL, **ORDER)
        with self.assertRaises(openai.NotFoundError) as caught:
            self.azure().images.generate(model="paint", **ORDER)
        self.assertEqual(caught.exception.code, "DeploymentNotFound")
        with self.assertRaises(openai.BadRequestError):
            self.azure(api_version="soon").images.generate(model=MODEL, **ORDER)

    def test_webp_is_not_spoken(self):
        with self.assertRaises(openai.BadRequestError) as caught:
            self.azure().images.generate(model=MODEL, output_format="webp", **ORDER)
        self.assertEqual(caught.exception.param, "output_format")

    def test_the_content_filter_in_its_spellings(self):
        (by_deployment, model), (v1, _) = self.clients()["deployment by model"], self.clients()["v1"]
        cases = [
            (by_deployment, "refuse this please", "contentFilter"),
            (v1, "refuse this please", "content_policy_violation"),
            (v1, "refuse this afterwards", "content_filter"),
        ]
        for azure, prompt, code in cases:
            with self.subTest(code), self.assertRaises(openai.BadRequestError) as caught:
                azure.images.generate(model=model, **{**ORDER, "prompt": prompt})
            self.assertEqual(caught.exception.code, code)
