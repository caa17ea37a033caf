/**
 * `npm run bench:image-api`: how fast files of images are uploaded and downloaded, and calls about images answered with 10,000 of them, beside
 * OpenStack Glance in the same run. `--mib N` takes another length than 512 MiB, `--images N` another number of images, `--rounds N` another
 * number of rounds (the median counts), `--only files` or `--only calls` one half, `--json` prints JSON. Fails below a budget.
 *
 * Needs Debian's glance-api, curl and qemu-utils; as root it also empties the page cache before a first download. Both keep their bytes in
 * files of one folder. Ours are durable when the upload is answered, Glance flushes nothing; ours checks who calls, Glance nobody.
 */
import { execFileSync } from "node:child_process";
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { randomBytes } from "node:crypto";
import { loadavg } from "node:os";
import { dirname, join } from "node:path";
import { performance } from "node:perf_hooks";
import { pipeline } from "node:stream/promises";
import { parseArgs } from "node:util";
import { localToken } from "../../system/local-token.ts";
import { TintypeProcess } from "../../system/tintype-process.ts";
import { startGlance } from "../images/glance-server.ts";
import { forgetPeak, memoryOfProcess } from "../memory/process-memory.ts";
import { cachedBy, createImage, downloadFrom, uploadTo } from "./image-service.ts";
import type { ImageService } from "./image-service.ts";
import { measureCalls } from "./measure-calls.ts";
import { printVerdict, verdictOn } from "./row.ts";
import type { Row, Verdict } from "./row.ts";

const { values } = parseArgs({
  options: {
    mib: { type: "string", default: "512" },
    images: { type: "string", default: "10000" },
    rounds: { type: "string", default: "3" },
    only: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
const mib = 1024 * 1024;
const fileMiB = Number(values.mib);
const rounds = Number(values.rounds);
const streams = 8;
/** Of our server. */
const mostMiB = 300;

const one: Row = { name: "upload, 1 stream", unit: "MiB/s", ours: [], glance: [], budget: 1.5 };
const many: Row = { name: `upload, ${streams} streams`, unit: "MiB/s", ours: [], glance: [], budget: 1 };
const qcow2: Row = { name: "upload of a QCOW2", unit: "MiB/s", ours: [], glance: [], budget: 1.5 };
const first: Row = { name: "download, first", unit: "MiB/s", ours: [], glance: [], budget: 1.5 };
const again: Row = { name: "download, repeated", unit: "MiB/s", ours: [], glance: [], budget: 0.4 };
const cached: Row = { name: "download, cached", unit: "MiB/s", ours: [], glance: [], budget: 0.7 };
const fileRows = [one, many, qcow2, first, again, cached];

const debian = execFileSync(new URL("../../fixtures/build-debian-disk.sh", import.meta.url).pathname, { encoding: "utf8" }).trim();
/** Uploads that failed and were sent again, by service. */
const failures: Record<string, number> = {};
// Beside the disk, which is on a real volume: what is flushed must have somewhere to go.
const folder = await mkdtemp(join(dirname(debian), "bench-image-api-"));
try {
  const load = loadavg()[0]?.toFixed(1);
  const calls = { count: Number(values.images), rounds, durationMs: 4000 };
  const peakMiB = values.only === "calls" ? undefined : await measureFiles();
  const rows = [...(peakMiB === undefined ? [] : fileRows), ...(values.only === "files" ? [] : await measureCalls(folder, calls))];
  print(load, rows.map(verdictOn), peakMiB);
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Answers the most memory that our server had, in MiB. */
async function measureFiles(): Promise<number> {
  const qcow2File = join(folder, "debian.qcow2");
  execFileSync("qemu-img", ["convert", "-O", "qcow2", debian, qcow2File]);
  const server = await TintypeProcess.prepare(join(folder, "tintype"), {
    TINTYPE_LOG_LEVEL: "warn",
    TINTYPE_LIMITS_IMAGES_PER_PROJECT: "1000",
  });
  await server.start();
  const ours: ImageService = {
    url: `${server.endpoint}/image`,
    headers: { "x-auth-token": (await localToken(join(folder, "tintype"))).token },
  };
  await mkdir(join(folder, "glance"));
  await using glanceServer = await startGlance(join(folder, "glance"), [], { caches: true });
  const glance: ImageService = { url: glanceServer.url, headers: {} };
  let peakMiB = 0;
  try {
    for (let round = 0; round < rounds; round += 1) {
      // Both orders, so that neither always finds the other's mess.
      const services = [
        { service: ours, side: "ours" as const },
        { service: glance, side: "glance" as const },
      ];
      for (const { service, side } of round % 2 === 0 ? services : services.toReversed()) {
        await forgetPeak(server.pid);
        await measure(service, side, qcow2File);
        peakMiB = Math.max(peakMiB, (await memoryOfProcess(server.pid)).peakMiB);
      }
    }
  } finally {
    await server.stop();
  }
  console.error(`uploads that failed and were sent again: ours ${failures[ours.url] ?? 0}, Glance ${failures[glance.url] ?? 0}`);
  return peakMiB;
}

async function measure(service: ImageService, side: "ours" | "glance", qcow2File: string): Promise<void> {
  // New content every time: what the store has already is not stored again.
  const file = await randomFile(fileMiB);
  const id = await createImage(service, "raw");
  one[side].push(fileMiB / (await uploadTo(service, id, file)));
  dropPageCache();
  first[side].push(fileMiB / (await downloadFrom(service, id)));
  again[side].push(fileMiB / (await downloadFrom(service, id)));
  if (side === "ours") {
    // Glance caches what is read, ours what is read twice.
    await cachedBy(service, id);
  }
  cached[side].push(fileMiB / (await downloadFrom(service, id)));
  await rm(file);

  const each = Math.ceil(fileMiB / 4);
  const files = await Promise.all(Array.from({ length: streams }, () => randomFile(each)));
  const ids = await Promise.all(files.map(() => createImage(service, "raw")));
  const begin = performance.now();
  await Promise.all(files.map((path, index) => uploadSomehow(service, ids[index] ?? "", path)));
  many[side].push((each * streams * 1000) / (performance.now() - begin));
  await Promise.all(files.map((path) => rm(path)));

  if (qcow2[side].length === 0) {
    const { size } = await stat(qcow2File);
    qcow2[side].push(size / mib / (await uploadTo(service, await createImage(service, "qcow2"), qcow2File)));
  }
}

/** Sends a file, again to a new image where that fails: Glance on SQLite answers 500 now and then when several uploads end together. */
async function uploadSomehow(service: ImageService, id: string, path: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await uploadTo(service, attempt === 1 ? id : await createImage(service, "raw"), path);
      return;
    } catch (error) {
      failures[service.url] = (failures[service.url] ?? 0) + 1;
      if (attempt === 3) {
        throw error;
      }
    }
  }
}

async function randomFile(lengthMiB: number): Promise<string> {
  const path = join(folder, `random-${randomBytes(8).toString("hex")}`);
  const pieces = Array.from({ length: lengthMiB }).keys();
  await pipeline(async function* () {
    for (const _piece of pieces) {
      yield randomBytes(mib);
    }
  }, createWriteStream(path));
  return path;
}

/** Only root may; others measure with a warm cache, for both alike. */
function dropPageCache(): void {
  execFileSync("sync");
  if (process.getuid?.() === 0) {
    execFileSync("sh", ["-c", "echo 3 > /proc/sys/vm/drop_caches"]);
  }
}

function print(load: string | undefined, table: readonly Verdict[], peakMiB: number | undefined): void {
  const isSmall = peakMiB === undefined || peakMiB <= mostMiB;
  if (values.json) {
    console.log(JSON.stringify({ fileMiB, images: Number(values.images), rounds, load, peakMiB, table }, undefined, 2));
  } else {
    console.log(`files of ${fileMiB} MiB, ${values.images} images; load of the machine before: ${load}`);
    console.log(table.map(printVerdict).join("\n"));
    if (peakMiB !== undefined) {
      console.log(
        `most memory of our server while files came and went: ${Math.round(peakMiB)} MiB  budget <= ${mostMiB} MiB  ${isSmall ? "met" : "MISSED"}`,
      );
    }
  }
  if (!isSmall || table.some(({ isMet }) => !isMet)) {
    process.exitCode = 1;
  }
}
