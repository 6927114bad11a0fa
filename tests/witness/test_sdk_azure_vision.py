"""Azure's SDK for Image Analysis against our demo describer."""

import azure.core.exceptions as azure_errors
from azure.ai.vision.imageanalysis import ImageAnalysisClient
from azure.ai.vision.imageanalysis.models import VisualFeatures
from azure.core.credentials import AzureKeyCredential

import scenes
from sdk import SIZE, DemoTest, ScriptedTest


class AzureImageAnalysis(DemoTest):
    def setUp(self):
        self.azure = self.analyst("anything")

    def analyst(self, key: str) -> ImageAnalysisClient:
        analyst = ImageAnalysisClient(self.demo.address, AzureKeyCredential(key), retry_total=0)
        self.addCleanup(analyst.close)
        return analyst

    def test_all_features(self):
        width, height = SIZE
        answer = self.azure.analyze(
            scenes.jpeg(SIZE), list(VisualFeatures), language="en", smart_crops_aspect_ratios=[0.9, 1.5]
        )
        self.assertEqual((answer.metadata.width, answer.metadata.height), SIZE)
        self.assertTrue(answer.model_version)
        self.assertTrue(answer.caption.text)
        self.assertTrue(0 < answer.caption.confidence <= 1)
        self.assertTrue(answer.tags.list)
        self.assertTrue(answer.dense_captions.list)
        boxes = [item.bounding_box for item in answer.dense_captions.list + answer.objects.list]
        self.assertEqual([crop.aspect_ratio for crop in answer.smart_crops.list], [0.9, 1.5])
        for box in boxes + [crop.bounding_box for crop in answer.smart_crops.list]:
            self.assertTrue(box.width > 0 and box.height > 0, box)
            self.assertTrue(box.x >= 0 and box.y >= 0 and box.x + box.width <= width and box.y + box.height <= height)
        # Neither faces nor letters are looked for, and nothing is claimed.
        self.assertEqual((answer.people.list, [block.lines for block in answer.read.blocks]), ([], [[]]))

    def test_each_feature_alone_and_nothing_else(self):
        names = {
            VisualFeatures.CAPTION: "caption",
            VisualFeatures.DENSE_CAPTIONS: "dense_captions",
            VisualFeatures.TAGS: "tags",
            VisualFeatures.OBJECTS: "objects",
            VisualFeatures.PEOPLE: "people",
            VisualFeatures.READ: "read",
            VisualFeatures.SMART_CROPS: "smart_crops",
        }
        self.assertEqual(set(names), set(VisualFeatures))
        content = scenes.jpeg((320, 240))
        for feature in VisualFeatures:
            with self.subTest(feature):
                answer = self.azure.analyze(content, [feature])
                there = [name for name in names.values() if getattr(answer, name) is not None]
                self.assertEqual(there, [names[feature]])

    def test_a_bad_key_is_an_authentication_error(self):
        with self.assertRaises(azure_errors.ClientAuthenticationError):
            self.analyst("bad-key").analyze(scenes.jpeg((320, 240)), [VisualFeatures.CAPTION])

    def test_what_is_wrong_is_named(self):
        def fails(code, content=scenes.jpeg((320, 240)), **more):
            with self.subTest(code), self.assertRaises(azure_errors.HttpResponseError) as caught:
                self.azure.analyze(content, [VisualFeatures.CAPTION], **more)
            self.assertEqual((caught.exception.status_code, caught.exception.error.code), (400, "InvalidRequest"))
            self.assertEqual(caught.exception.error.innererror["code"], code)

        fails("InvalidImageFormat", content=b"no picture at all")
        fails("InvalidImageDimension", content=scenes.png((40, 40)))
        fails("NotSupportedLanguage", language="tlh")

    def test_addresses_are_never_fetched(self):
        with self.assertRaises(azure_errors.HttpResponseError) as caught:
            self.azure.analyze_from_url("https://example.org/a.png", [VisualFeatures.CAPTION])
        self.assertEqual(caught.exception.status_code, 400)


class AzureFaults(ScriptedTest):
    def setUp(self):
        super().setUp()
        self.azure = ImageAnalysisClient(self.demo.address, AzureKeyCredential("anything"), retry_total=0)
        self.addCleanup(self.azure.close)

    def fails(self, kind, **fault):
        self.fault(**fault)
        with self.assertRaises(kind) as caught:
            self.azure.analyze(scenes.jpeg((320, 240)), [VisualFeatures.CAPTION])
        return caught.exception

    def test_errors_are_told_apart(self):
        cases = [
            ("feature_not_in_region", azure_errors.HttpResponseError, 400, "InvalidRequest"),
            ("NotSupportedVisualFeature", azure_errors.HttpResponseError, 400, "InvalidRequest"),
            ("PermissionDenied", azure_errors.ClientAuthenticationError, 401, "PermissionDenied"),
            ("429", azure_errors.HttpResponseError, 429, "429"),
            ("InternalServerError", azure_errors.HttpResponseError, 500, "InternalServerError"),
            ("ServiceUnavailable", azure_errors.HttpResponseError, 503, "ServiceUnavailable"),
        ]
        for code, kind, status, told in cases:
            with self.subTest(code):
                error = self.fails(kind, code=code)
                self.assertEqual((error.status_code, error.error.code), (status, told))
        self.assertEqual(self.counters()["charged"], 0)

    def test_answers_that_are_no_answers(self):
        for fault in ({"wrong_type": "html"}, {"malformed": "cut"}):
            with self.subTest(str(fault)):
                self.fails((azure_errors.AzureError, ValueError), **fault)

    def test_a_broken_connection(self):
        self.fails(azure_errors.AzureError, cut_after_bytes=10)
