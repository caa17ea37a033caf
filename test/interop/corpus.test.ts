import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { compareDisks } from "@tintype/disk/compare/compare-disks.ts";
import type { VirtualDisk } from "@tintype/disk/core/virtual-disk.ts";
import { openDisk } from "@tintype/disk/detect/open-disk.ts";
import { openRaw } from "@tintype/disk/raw/open-raw.ts";
import { openLocalFile } from "@tintype/disk/source/open-local-file.ts";
import { corpus } from "./corpus.table.ts";
import type { CorpusRow } from "./corpus.table.ts";

const fetcher = new URL("../fixtures/fetch-corpus.sh", import.meta.url).pathname;
let files: string;
let folder: string;

before(async () => {
  files = execFileSync(fetcher, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  folder = await mkdtemp(join(tmpdir(), "tintype-corpus-"));
});

after(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function open({ file, parent }: CorpusRow): Promise<VirtualDisk> {
  const parentDisk = parent === undefined ? undefined : await openDisk(await openLocalFile(join(files, parent)));
  return await openDisk(await openLocalFile(join(files, file)), { parent: parentDisk });
}

/** Reads everything, so that every table and block is used. */
async function readAll(disk: VirtualDisk): Promise<void> {
  const step = 4 * 1024 * 1024;
  for await (const { offset, length, kind } of disk.extents()) {
    const end = kind === "data" ? offset + length : offset;
    for (let at = offset; at < end; at += step) {
      await disk.read(at, Math.min(step, end - at));
    }
  }
}

async function assertSameAsQemu(disk: VirtualDisk, { file, qemu }: { readonly file: string; readonly qemu: string }): Promise<void> {
  const raw = join(folder, "qemu.raw");
  execFileSync("qemu-img", ["convert", "-f", qemu, "-O", "raw", join(files, file), raw]);
  await using theirs = await openRaw(await openLocalFile(raw));
  assert.deepEqual(await compareDisks(disk, theirs), { equal: true, sizeDifferenceBytes: 0 });
}

for (const row of corpus) {
  const { file, parent, opens, refused, differs } = row;
  const outcome = opens === undefined ? `is refused (${refused})` : `opens as ${opens.format} of ${opens.sizeBytes} bytes`;
  const title = `${file}${parent === undefined ? "" : ` over ${parent}`} ${outcome}${differs === undefined ? "" : `; ${differs}`}`;
  test(title, async (t) => {
    if (!existsSync(join(files, file))) {
      t.skip("the file could not be fetched");
      return;
    }
    if (opens === undefined) {
      await assert.rejects(open(row), { name: "DiskError", code: refused });
      return;
    }
    await using disk = await open(row);
    assert.deepEqual([disk.format, disk.virtualSizeBytes], [opens.format, opens.sizeBytes]);
    await readAll(disk);
    if (opens.qemu !== undefined) {
      await assertSameAsQemu(disk, { file, qemu: opens.qemu });
    }
  });
}
