// The pictures the tests upload. Small photographs are in `pictures/`; large and strange ones are made from them.

import { existsSync, mkdirSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "sharp";

const here = dirname(fileURLToPath(import.meta.url));
const stored = (name: string) => join(here, "pictures", name);
const made = (name: string) => join(here, "pictures", "made", name);

/** A picture and what the server must make of it. */
export interface Picture {
  path: string;
  width: number;
  height: number;
}

/** A photograph as a phone held upright writes it: pixels lying down, orientation 6, a place. */
export const portrait: Picture = { path: made("portrait.jpg"), width: 768, height: 1024 };
/** Twelve megapixels, the shape of a camera. */
export const landscape: Picture = { path: made("landscape.jpg"), width: 4000, height: 3000 };
/** A cut-out: the corners are transparent. */
export const cutOut: Picture = { path: made("cut-out.png"), width: 600, height: 400 };
/** A plain small photograph. */
export const cup: Picture = { path: stored("coffee.jpg"), width: 600, height: 400 };

/** Makes what is not there yet. */
export default async function make(): Promise<void> {
  mkdirSync(dirname(portrait.path), { recursive: true });
  await write(portrait, ({ width, height }) =>
    // Turned to the left before it is cut to its shape, so that orientation 6 turns it upright again.
    sharp(stored("astronaut.jpg"))
      .rotate(-90)
      .resize({ width: height, height: width, fit: "cover" })
      .jpeg({ quality: 90 })
      .withExif({
        IFD0: { Make: "Pochoir", Model: "Test camera" },
        IFD3: {
          GPSLatitudeRef: "N",
          GPSLatitude: "48/1 51/1 29/1",
          GPSLongitudeRef: "E",
          GPSLongitude: "2/1 17/1 40/1",
        },
      })
      .withMetadata({ orientation: 6 }),
  );
  await write(landscape, ({ width, height }) =>
    sharp(stored("rocket.jpg")).resize({ width, height, fit: "cover", kernel: "cubic" }).jpeg({ quality: 88 }),
  );
  await write(cutOut, ({ width, height }) => {
    const oval = `<svg width="${width}" height="${height}"><ellipse cx="50%" cy="50%" rx="45%" ry="45%"/></svg>`;
    return sharp(stored("coffee.jpg"))
      .ensureAlpha()
      .composite([{ input: Buffer.from(oval), blend: "dest-in" }])
      .png();
  });
}

async function write(picture: Picture, from: (picture: Picture) => sharp.Sharp): Promise<void> {
  if (existsSync(picture.path)) return;
  const unfinished = `${picture.path}.${process.pid}`;
  await from(picture).toFile(unfinished);
  renameSync(unfinished, picture.path);
}
