"""Our requests beside those of the vendors' own SDKs: the same shape, at the same addresses, and nothing else."""

import io
import re
import unittest

import openai
from azure.ai.vision.imageanalysis import ImageAnalysisClient
from azure.ai.vision.imageanalysis.models import VisualFeatures
from azure.core.credentials import AzureKeyCredential
from PIL import Image

import alone
import scenes
from program import Program, Visitor
from recorder import Recorder, Request

MODEL = "gpt-image-2.5-flare"
SIZE = (1024, 768)
SPEC = {"model": MODEL, "quality": "low", "size": "1024x768", "count": 1, "format": "png"}
#: A dot and at least two letters, as a name must end for the vendor to believe its type.
FILE_NAME = r"^[\w-]+\.(png|jpg|jpeg|webp)$"


class OurRequests(unittest.TestCase):
    """Both walk the same way past a recorder; what it heard of each is compared."""

    @classmethod
    def setUpClass(cls):
        cls.demo = Program("demo-providers", "--addr", "127.0.0.1:0")
        cls.addClassCleanup(cls.demo.stop)
        cls.theirs = Recorder(cls.demo.address)
        cls.addClassCleanup(cls.theirs.stop)
        cls.ours = Recorder(cls.demo.address)
        cls.addClassCleanup(cls.ours.stop)
        cls.tried_before = alone.attempts() if alone.is_alone else {}
        cls.walk_as_they_do()
        cls.walk_as_we_do()

    @classmethod
    def walk_as_they_do(cls):
        with openai.OpenAI(api_key="sk-theirs", base_url=f"{cls.theirs.address}/v1") as client:
            common = {"model": MODEL, "prompt": "snow", "size": "1024x768", "quality": "low", "n": 1}
            common |= {"output_format": "png", "extra_body": {"safety_identifier": "somebody"}}
            photo = ("photo.png", scenes.png(SIZE))
            client.models.list()
            client.images.generate(**common)
            client.images.edit(image=photo, **common)
            client.images.edit(image=photo, mask=("mask.png", scenes.mask(SIZE)), **common)
            client.images.edit(
                image=[photo, ("other.png", scenes.png((640, 480)))], mask=("mask.png", scenes.mask(SIZE)), **common
            )
        features = [VisualFeatures.CAPTION, VisualFeatures.TAGS]
        with ImageAnalysisClient(cls.theirs.address, AzureKeyCredential("k-theirs"), api_version="2024-02-01") as azure:
            azure.analyze(scenes.jpeg(SIZE), features, language="en")

    @classmethod
    def walk_as_we_do(cls):
        program = Program(
            "serve",
            OPENAI_API_KEY="sk-ours",
            OPENAI_BASE_URL=f"{cls.ours.address}/v1",
            AZURE_VISION_ENDPOINT=cls.ours.address,
            AZURE_VISION_KEY="k-ours",
            AZURE_VISION_TIER="s1",
        )
        cls.addClassCleanup(program.stop)
        visitor = Visitor(program.address)
        cls.addClassCleanup(visitor.close)
        source = visitor.upload(scenes.png(SIZE))["id"]
        other = visitor.upload(scenes.png((640, 480)))["id"]
        described = visitor.post("/api/descriptions/create", {"source_id": source})
        assert described.status == 200, described.body
        mask = visitor.send_file(f"/api/sources/{source}/masks", "mask", "mask.png", scenes.mask(SIZE)).json()["id"]
        order = {"source_id": source, "prompt": "snow", "spec": SPEC}
        repaint = {"way": "repaint", "mask_id": mask, "strategy": "whole"}
        cls.variations = []
        for key, more in enumerate(
            (
                {"way": "reimagine"},
                {"way": "restyle"},
                repaint,
                repaint | {"reference_ids": [other], "allow_repeat": True},
            )
        ):
            started = visitor.post("/api/jobs/start", order | more | {"idempotency_key": str(key)})
            assert started.status == 202, started.body
            job = visitor.finished(started.json()["job_id"])
            assert job["state"] == "succeeded", job
            cls.variations.append(visitor.get(f"/api/variations/get?id={job['variations'][0]}").json())

    def pairs(self, path: str) -> list[tuple[Request, Request]]:
        """Their requests to this path and ours, in order."""
        theirs = [request for request in self.theirs.requests if request.path == path]
        ours = [request for request in self.ours.requests if request.path == path]
        self.assertEqual(len(theirs), len(ours))
        self.assertTrue(theirs)
        return list(zip(theirs, ours, strict=True))

    def test_method_address_and_kind_of_key(self):
        for path, key in (
            # Once, at the start: when models end.
            ("/v1/models", "authorization"),
            ("/v1/images/generations", "authorization"),
            ("/v1/images/edits", "authorization"),
            ("/computervision/imageanalysis:analyze", "ocp-apim-subscription-key"),
        ):
            for their, our in self.pairs(path):
                self.assertEqual(our.method, their.method)
                self.assertEqual(our.content_type, their.content_type)
                self.assertEqual(our.headers[key].replace("ours", "theirs"), their.headers[key])
                other = {"authorization", "ocp-apim-subscription-key", "api-key", "cookie"} - {key}
                self.assertFalse(other & our.headers.keys())

    def test_a_generation_has_their_fields_with_their_types(self):
        [(their, our)] = self.pairs("/v1/images/generations")

        def shape(request: Request):
            return {name: type(value) for name, value in request.json.items()}

        self.assertEqual(shape(our), shape(their))
        self.check_model(our.json["model"])
        for name in their.json.keys() - {"model", "safety_identifier"}:
            self.assertEqual(our.json[name], their.json[name], name)

    def check_model(self, name: str):
        """We ask for a dated state of the model, so that it does not change under a price."""
        self.assertRegex(name, rf"^{re.escape(MODEL)}-\d{{4}}-\d\d-\d\d$")

    def test_edits_have_their_parts(self):
        for their, our in self.pairs("/v1/images/edits"):
            for name in {part.name for part in their.parts + our.parts}:
                with self.subTest(name):
                    self.assertEqual(len(our.part(name)), len(their.part(name)))
                    for their_part, our_part in zip(their.part(name), our.part(name), strict=True):
                        self.assertEqual(our_part.file_name is None, their_part.file_name is None)
                        if their_part.file_name is None:
                            # Plain text needs no type, and theirs has none.
                            self.assertIsNone(our_part.content_type)
                            continue
                        self.assertEqual(our_part.content_type, their_part.content_type)
                        self.assertRegex(our_part.file_name, FILE_NAME)

    def test_texts_of_an_edit_are_theirs(self):
        for their, our in self.pairs("/v1/images/edits"):
            self.check_model(our.part("model")[0].content.decode())
            for name in ("prompt", "size", "quality", "n", "output_format"):
                [their_part], [our_part] = their.part(name), our.part(name)
                self.assertEqual(our_part.content, their_part.content, name)

    def test_files_are_what_they_say(self):
        sent = [part for request in self.ours.requests for part in request.parts if part.file_name]
        self.assertEqual(len(sent), 1 + 2 + 3)
        for part in sent:
            picture = Image.open(io.BytesIO(part.content))
            picture.load()
            self.assertEqual(Image.MIME[picture.format], part.content_type)
            self.assertTrue(part.file_name.endswith(f".{picture.format.lower()}".replace("jpeg", "jpg")))
            self.assertFalse(picture.getexif())

    def test_the_mask_is_the_size_of_the_first_picture_and_has_two_values(self):
        for request in self.ours.requests:
            for mask in request.part("mask"):
                first = (request.part("image") + request.part("image[]"))[0]
                mask, first = Image.open(io.BytesIO(mask.content)), Image.open(io.BytesIO(first.content))
                self.assertEqual(mask.size, first.size)
                self.assertEqual(mask.mode, "RGBA")
                open_pixels = dict((value, count) for count, value in mask.getchannel("A").getcolors())
                self.assertEqual(set(open_pixels), {0, 255})
                left, top, right, bottom = scenes.hole(mask.size)
                self.assertEqual(open_pixels[0], (right - left) * (bottom - top))

    def test_a_description_is_asked_for_as_they_do(self):
        [(their, our)] = self.pairs("/computervision/imageanalysis:analyze")
        self.assertEqual(our.query["api-version"], their.query["api-version"])
        self.assertEqual(our.query["language"], their.query["language"])
        self.assertLessEqual(our.query.keys(), their.query.keys() | {"gender-neutral-caption", "model-version"})
        known = {str(feature.value) for feature in VisualFeatures}
        features = our.query["features"].split(",")
        self.assertLessEqual(set(features), known)
        self.assertEqual(len(features), len(set(features)), "each is billed")
        self.assertEqual(Image.open(io.BytesIO(our.body)).size, SIZE)

    def test_nothing_outside_the_hole_changed(self):
        for variation in self.variations[2:]:
            self.assertEqual(variation["protected_changed"], 0)
            left, top, right, bottom = scenes.hole(SIZE)
            self.assertEqual(variation["protected_pixels"], SIZE[0] * SIZE[1] - (right - left) * (bottom - top))

    def test_nobody_else_is_talked_to(self):
        paths = [request.path for request in self.ours.requests]
        self.assertEqual(
            sorted(paths),
            sorted(
                ["/computervision/imageanalysis:analyze", "/v1/models", "/v1/images/generations"]
                + ["/v1/images/edits"] * 3
            ),
            "each step is one call",
        )
        if not alone.is_alone:
            self.skipTest("this system does not give out networks of one's own, in which attempts are counted")
        self.assertEqual(alone.attempts(), self.tried_before, "somebody was looked for beyond this machine")


class OurRequestsToAzureOpenai(unittest.TestCase):
    """The same for Azure OpenAI, by deployment. The deployment is named like the model, so that the demo knows it."""

    VERSION = "2025-04-01-preview"

    def setUp(self):
        demo = Program("demo-providers", "--addr", "127.0.0.1:0")
        self.addCleanup(demo.stop)
        self.theirs, self.ours = Recorder(demo.address), Recorder(demo.address)
        self.addCleanup(self.theirs.stop)
        self.addCleanup(self.ours.stop)

    def test_addresses_keys_and_parts(self):
        with openai.AzureOpenAI(
            azure_endpoint=self.theirs.address,
            azure_deployment=MODEL,
            api_version=self.VERSION,
            api_key="k-theirs",
            max_retries=0,
        ) as client:
            common = {"model": MODEL, "prompt": "snow", "size": "1024x768", "quality": "low", "n": 1}
            common["output_format"] = "png"
            photo = ("photo.png", scenes.png(SIZE))
            client.images.generate(**common)
            client.images.edit(image=photo, mask=("mask.png", scenes.mask(SIZE)), **common)

        program = Program(
            "serve",
            AZURE_OPENAI_ENDPOINT=self.ours.address,
            AZURE_OPENAI_API_KEY="k-ours",
            AZURE_OPENAI_API_STYLE="deployments",
            AZURE_OPENAI_DEPLOYMENTS=f"{MODEL}={MODEL}",
        )
        self.addCleanup(program.stop)
        visitor = Visitor(program.address)
        self.addCleanup(visitor.close)
        source = visitor.upload(scenes.png(SIZE))["id"]
        mask = visitor.send_file(f"/api/sources/{source}/masks", "mask", "mask.png", scenes.mask(SIZE)).json()["id"]
        for key, more in enumerate(({"way": "reimagine"}, {"way": "repaint", "mask_id": mask, "strategy": "whole"})):
            order = {"source_id": source, "prompt": "snow", "spec": SPEC, "idempotency_key": str(key)}
            started = visitor.post("/api/jobs/start", order | more)
            self.assertEqual(started.status, 202, started.body)
            job = visitor.finished(started.json()["job_id"])
            self.assertEqual(job["state"], "succeeded", job)

        self.assertEqual(len(self.ours.requests), len(self.theirs.requests))
        for their, our in zip(self.theirs.requests, self.ours.requests, strict=True):
            self.assertEqual((our.method, our.path, our.query), (their.method, their.path, their.query))
            self.assertEqual(our.content_type, their.content_type)
            self.assertEqual((our.headers["api-key"], their.headers["api-key"]), ("k-ours", "k-theirs"))
            self.assertNotIn("authorization", our.headers)
            shape = [sorted((part.name, part.content_type) for part in each.parts) for each in (their, our)]
            self.assertEqual(shape[0], shape[1])
        generation = [each.requests[0].json for each in (self.theirs, self.ours)]
        self.assertEqual(generation[0], generation[1])
