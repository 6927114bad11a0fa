// The tasks of benches/imaging.rs by sharp: the same arguments, the same line at the end.

import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

// Installed beside the inputs, not beside this file.
const sharp = createRequire(`${process.cwd()}/`)("sharp");

// One thread, no memory of former pictures: what is measured is the work.
sharp.concurrency(1);
sharp.cache(false);

const inside = (side) => ({ width: side, height: side, fit: "inside", withoutEnlargement: true });

const tasks = {
  nothing: async () => ({ data: Buffer.alloc(0), info: { width: 0, height: 0 } }),
  read: (file) => sharp(file).raw().toBuffer({ resolveWithObject: true }),
  "jpeg-720": (file) => sharp(file).resize({ width: 720 }).jpeg({ quality: 80 }).toBuffer({ resolveWithObject: true }),
  "jpeg-1024": (file) => sharp(file).resize({ width: 1024 }).jpeg({ quality: 80 }).toBuffer({ resolveWithObject: true }),
  "png-720": (file) => sharp(file).resize({ width: 720 }).png().toBuffer({ resolveWithObject: true }),
  upload: async (file) => {
    const upright = () => sharp(file).rotate().toColourspace("srgb");
    const master = file.subarray(1, 4).equals(Buffer.from("PNG"))
      ? upright().png()
      : upright().jpeg({ quality: 95, chromaSubsampling: "4:4:4" });
    const [whole] = await Promise.all([
      master.toBuffer({ resolveWithObject: true }),
      upright().resize(inside(1600)).webp({ quality: 82 }).toBuffer(),
      upright().resize(inside(400)).webp({ quality: 78 }).toBuffer(),
    ]);
    return whole;
  },
};

const [name, repeats, ...files] = process.argv.slice(2);
const inputs = await Promise.all(files.map((file) => readFile(file)));
const times = [];
let size;
for (let turn = 0; turn < Number(repeats); turn += 1) {
  const before = process.cpuUsage();
  size = (await tasks[name](inputs[0])).info;
  const { user, system } = process.cpuUsage(before);
  times.push((user + system) / 1000);
}
const { maxRSS } = process.resourceUsage();
console.log(JSON.stringify({ cpu_ms: times, peak_kb: maxRSS, width: size.width, height: size.height }));
