/**
 * What chunk and pack sizes cost: speed of ingest, bytes stored for the Debian disk and for 20 snapshots of it, random reads. The table
 * stands in docs/decisions/0006-chunk-and-pack-size.md.
 *
 * Run  node test/bench/store/choose-sizes.ts [--runs N]
 */
import { parseArgs } from "node:util";
import { dropPages, freshFolder, openBenchFolder } from "./bench-folder.ts";
import type { BenchFolder } from "./bench-folder.ts";
import { leastOf, measure } from "./measure.ts";
import type { Measured } from "./measure.ts";

const { values } = parseArgs({ options: { runs: { type: "string", default: "2" } } });
const [kibibyte, mebibyte] = [2 ** 10, 2 ** 20];
const chunkSizes = [128 * kibibyte, 256 * kibibyte, 512 * kibibyte, mebibyte, 2 * mebibyte];
const packSizes = [16 * mebibyte, 32 * mebibyte, 64 * mebibyte];
const usual = { chunkSizeBytes: 512 * kibibyte, packBytes: 32 * mebibyte };

type Sizes = typeof usual;

await using folder = await openBenchFolder();
console.log(
  "| chunk | pack | ingest CPU s | read CPU s | Debian MB | with 20 snapshots MB | ratio | random read KiB | median ms | p99 ms | index MB |",
);
console.log("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
for (const chunkSizeBytes of chunkSizes) {
  console.log(await rowOf(folder, { ...usual, chunkSizeBytes }));
}
for (const packBytes of packSizes.filter((size) => size !== usual.packBytes)) {
  console.log(await rowOf(folder, { ...usual, packBytes }));
}

async function rowOf(place: BenchFolder, sizes: Sizes): Promise<string> {
  const source = { path: place.debian, format: "raw" } as const;
  const ingests: Measured[] = [];
  let root = "";
  for (let run = 0; run < Number(values.runs); run += 1) {
    root = await freshFolder(place, "sizes");
    ingests.push(await measure("ingest", { ...sizes, root, source }));
  }
  const ingest = leastOf("cpuSeconds", ingests).figures;
  const read = await measure("read", { ...sizes, root });
  await dropPages(root);
  const random = (await measure("randomReads", { ...sizes, root, count: 500 })).figures;
  const snapshots = (await measure("snapshots", { ...sizes, root, source, count: 20 })).figures;
  const [one, all] = [ingest["storedBytes"] ?? NaN, snapshots["storedBytes"] ?? NaN];
  return `| ${[
    `${sizes.chunkSizeBytes / kibibyte} KiB`,
    `${sizes.packBytes / mebibyte} MiB`,
    ingest["cpuSeconds"]?.toFixed(2),
    read.figures["cpuSeconds"]?.toFixed(2),
    (one / 1e6).toFixed(1),
    (all / 1e6).toFixed(1),
    (all / one).toFixed(3),
    ((random["bytes"] ?? NaN) / (random["reads"] ?? NaN) / kibibyte).toFixed(0),
    random["medianMs"]?.toFixed(2),
    random["p99Ms"]?.toFixed(2),
    ((snapshots["indexBytes"] ?? NaN) / 1e6).toFixed(1),
  ].join(" | ")} |`;
}
