/**
 * `npm run bench:images`: how fast lists, shows and changes of images are with 10,000 images, beside OpenStack Glance in the same run.
 * `--images N` takes another number, `--seconds N` another time for each measurement, `--json` prints JSON.
 *
 * Needs Debian's glance-api. Both keep their rows in SQLite; Glance runs two processes and checks nobody's identity, ours is one process
 * that authenticates and authorises every call.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { benchImages } from "./bench-image.ts";
import type { BenchImage } from "./bench-image.ts";
import { startGlance } from "./glance-server.ts";
import { inTurn } from "./in-turn.ts";
import { measureLoad } from "./http-load.ts";
import type { Call, LoadFigures } from "./http-load.ts";
import { startTintype } from "./tintype-server.ts";

const { values } = parseArgs({
  options: {
    images: { type: "string", default: "10000" },
    seconds: { type: "string", default: "6" },
    json: { type: "boolean", default: false },
  },
});
const images = benchImages(Number(values.images));
const durationMs = Number(values.seconds) * 1000;

/** What is asked for, in the words of both services. */
interface Mix {
  readonly name: string;
  readonly connections: number;
  readonly ours: (next: () => BenchImage) => () => Call;
  readonly glance: (next: () => BenchImage) => () => Call;
}

const get = (path: string) => (): Call => ({ method: "GET", path });
const rename =
  (path: string, type: string) =>
  (name: string): Call => ({
    method: "PATCH",
    path,
    type,
    body: JSON.stringify([{ op: "replace", path: "/name", value: name }]),
  });

/** Of 20 calls, 13 show one image, 4 list 25, 2 ask by tag, and 1 renames one. */
function mixed(next: () => BenchImage, list: string, patchPath: string): () => Call {
  let count = 0;
  return () => {
    count += 1;
    const { id } = next();
    const turn = count % 20;
    if (turn < 13) {
      return get(`/v2/images/${id}`)();
    }
    if (turn < 17) {
      return get(`${list}?limit=25`)();
    }
    return turn < 19
      ? get(`${list}?limit=25&tag=rare`)()
      : rename(`${patchPath}/${id}`, "application/openstack-images-v2.1-json-patch")(`web-${count}`);
  };
}

const mixes: readonly Mix[] = [
  { name: "list 25", connections: 1, ours: () => get("/v2/cloudimages?limit=25"), glance: () => get("/v2/images?limit=25") },
  { name: "list 300", connections: 1, ours: () => get("/v2/cloudimages?limit=300"), glance: () => get("/v2/images?limit=300") },
  {
    name: "list 25 by tag",
    connections: 1,
    ours: () => get("/v2/cloudimages?limit=25&tag=rare"),
    glance: () => get("/v2/images?limit=25&tag=rare"),
  },
  {
    name: "list 25 by name order",
    connections: 1,
    ours: () => get("/v2/cloudimages?limit=25&sort_key=name&sort_dir=asc"),
    glance: () => get("/v2/images?limit=25&sort_key=name&sort_dir=asc"),
  },
  {
    name: "show",
    connections: 1,
    ours: (next) => () => get(`/v2/images/${next().id}`)(),
    glance: (next) => () => get(`/v2/images/${next().id}`)(),
  },
  {
    name: "mixed, 8 connections",
    connections: 8,
    ours: (next) => mixed(next, "/v2/cloudimages", "/v2/cloudimages"),
    glance: (next) => mixed(next, "/v2/images", "/v2/images"),
  },
];

const folder = await mkdtemp(join(tmpdir(), "tintype-bench-images-"));
try {
  const [oursFolder, glanceFolder] = [join(folder, "tintype"), join(folder, "glance")];
  await Promise.all([mkdir(oursFolder), mkdir(glanceFolder)]);
  const load = loadavg()[0]?.toFixed(1);
  await using ours = await startTintype(oursFolder, images);
  await using glance = await startGlance(glanceFolder, images);
  const results: { readonly name: string; readonly ours: LoadFigures; readonly glance: LoadFigures; readonly ratio: number }[] = [];
  for (const mix of mixes) {
    const shape = { connections: mix.connections, durationMs };
    const mine = await measureLoad(ours.url, ours.headers, { ...shape, calls: mix.ours(inTurn(images)) });
    const theirs = await measureLoad(glance.url, {}, { ...shape, calls: mix.glance(inTurn(images)) });
    results.push({ name: mix.name, ours: mine, glance: theirs, ratio: mine.perSecond / theirs.perSecond });
  }
  if (values.json) {
    console.log(JSON.stringify({ images: images.length, load, results }, undefined, 2));
  } else {
    const figures = ({ perSecond, medianMs, p99Ms }: LoadFigures): string =>
      `${perSecond.toFixed(0).padStart(6)}/s  median ${medianMs.toFixed(2).padStart(7)} ms  p99 ${p99Ms.toFixed(2).padStart(7)} ms`;
    console.log(`${images.length} images; load of the machine before: ${load}`);
    for (const result of results) {
      console.log(
        `${result.name.padEnd(22)} ${`${result.ratio.toFixed(1)}x`.padStart(7)}   ours ${figures(result.ours)}   Glance ${figures(result.glance)}`,
      );
    }
    const medianOf = (name: string): number => results.find((result) => result.name === name)?.ours.medianMs ?? Number.NaN;
    console.log(`tag query / plain list: ${(medianOf("list 25 by tag") / medianOf("list 25")).toFixed(2)} (budget <= 2)`);
    console.log("budget: list 25 >= 20x Glance");
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
