import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, open, rm } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import type { BlobId, BlobStore } from "@tintype/store/blob-store.ts";
import { openLocalStore } from "@tintype/store/open-local-store.ts";

/**
 * Compares importing a disk's content into the store with `zstd -1` over the same bytes, and times reading it back.
 *
 * Run  node test/bench/bench-store.ts [disk.raw]
 */
const diskPath = process.argv[2] ?? join(homedir(), ".cache/tintype/debian-10GiB.raw");
const stepBytes = 1024 * 1024;
const id = "0123456789abcdef0123456789abcdef" as BlobId;
const rounds = 3;
const megabyte = 1024 * 1024;

interface Run {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/** Reads `dataPath`, whose steps belong at `offsets` of the disk. */
async function* readRuns(dataPath: string, offsets: readonly number[]): AsyncGenerator<Run> {
  await using file = await open(dataPath, "r");
  const memory = Buffer.alloc(stepBytes);
  for (const [number, offset] of offsets.entries()) {
    await file.read(memory, 0, stepBytes, number * stepBytes);
    yield { offset, bytes: memory };
  }
}

/** Copies the steps of the disk that are not zero into one file, so that both sides read the same bytes. */
async function extractData(dataPath: string): Promise<{ offsets: number[]; lengthBytes: number }> {
  await using disk = await open(diskPath, "r");
  await using data = await open(dataPath, "w");
  const { size } = await disk.stat();
  const [memory, zeros] = [Buffer.alloc(stepBytes), Buffer.alloc(stepBytes)];
  const offsets: number[] = [];
  for (let offset = 0; offset < size; offset += stepBytes) {
    await disk.read(memory, 0, stepBytes, offset);
    if (!memory.equals(zeros)) {
      await data.write(memory);
      offsets.push(offset);
    }
  }
  return { offsets, lengthBytes: size };
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

async function runZstd(dataPath: string): Promise<void> {
  await using input = await open(dataPath, "r");
  const child = spawn("zstd", ["-1", "-c"], { stdio: [input.fd, "ignore", "inherit"] });
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) {
    throw new Error(`zstd ended with ${code}.`);
  }
}

const folder = await mkdtemp(join(tmpdir(), "bench-store-"));
try {
  const dataPath = join(folder, "data");
  const { offsets, lengthBytes } = await extractData(dataPath);
  const dataMiB = (offsets.length * stepBytes) / megabyte;
  const report = (name: string, time: number, note = ""): void =>
    console.log(`${name.padEnd(34)} ${time.toFixed(2).padStart(7)} s ${(dataMiB / time).toFixed(0).padStart(6)} MiB/s ${note}`);
  console.log(`${dataMiB.toFixed(0)} MiB of data on a disk of ${(lengthBytes / megabyte).toFixed(0)} MiB`);

  const importTo = async (store: BlobStore, name: BlobId): Promise<void> => {
    await using writer = await store.create(name);
    for await (const run of readRuns(dataPath, offsets)) {
      await writer.write(run.offset, run.bytes);
    }
    await writer.commit({ lengthBytes });
  };
  const [zstdTimes, importTimes]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    zstdTimes.push(await seconds(() => runZstd(dataPath)));
    await rm(join(folder, "store"), { recursive: true, force: true });
    await using store = await openLocalStore(join(folder, "store"));
    importTimes.push(await seconds(() => importTo(store, id)));
  }
  const [zstdTime, importTime] = [Math.min(...zstdTimes), Math.min(...importTimes)];
  console.log(`best of ${rounds} rounds, one after the other:`);
  report("zstd -1 -c < data > /dev/null", zstdTime);
  report("import, committed and flushed", importTime, `${(importTime / zstdTime).toFixed(2)}× zstd (budget 1.5×)`);

  await using store = await openLocalStore(join(folder, "store"));
  report("the same content again", await seconds(() => importTo(store, "f".repeat(32) as BlobId)));

  await using blob = await store.open(id);
  const readTime = await seconds(async () => {
    for (const offset of offsets.filter((_, number) => number % 4 === 0)) {
      await blob.read(offset, Math.min(4 * stepBytes, lengthBytes - offset));
    }
  });
  report("read back, verified (4 MiB steps)", readTime);
  const randomReads = 500;
  const randomTime = await seconds(async () => {
    for (let number = 0; number < randomReads; number += 1) {
      await blob.read(offsets[(number * 7919) % offsets.length] ?? 0, 4096);
    }
  });
  console.log(`random reads of 4 KiB: ${((randomTime * 1000) / randomReads).toFixed(2)} ms each`);
  const { packs, chunks, storedBytes } = await store.stats();
  console.log(`${chunks} chunks in ${packs} packs, ${(storedBytes / megabyte).toFixed(0)} MiB stored`);
  console.log(`peak resident memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`);
} finally {
  await rm(folder, { recursive: true, force: true });
}
