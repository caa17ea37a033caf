/** Real optical discs, from Debian's packages of boot media. Needs apt-get and the network. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import type { VirtualDisk } from "@tintype/disk/core/virtual-disk.ts";
import { detectFormat } from "@tintype/disk/detect/detect-format.ts";
import { openIso } from "@tintype/disk/iso/open-iso.ts";
import { openLocalFile } from "@tintype/disk/source/open-local-file.ts";

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "tintype-iso-"));
after(() => rmSync(folder, { recursive: true }));

/** Fetches and unpacks a package; answers the reason when it cannot be had. */
async function unpackPackage(name: string): Promise<string | undefined> {
  try {
    await run("apt-get", ["download", name], { cwd: folder });
    const file = (await readdir(folder)).find((entry) => entry.startsWith(`${name}_`) && entry.endsWith(".deb"));
    await run("dpkg-deb", ["-x", join(folder, file ?? "no such file"), join(folder, name)]);
    return undefined;
  } catch (error) {
    return `the package ${name} cannot be had here: ${String(error).split("\n")[0]}`;
  }
}

interface Disc {
  readonly packageName: string;
  readonly file: string;
  readonly volumeId: string;
  readonly boot: string;
  readonly joliet: boolean;
  readonly warnings: readonly string[];
}

const discs: readonly Disc[] = [
  {
    packageName: "grub-rescue-pc",
    file: "usr/lib/grub-rescue/grub-rescue-cdrom.iso",
    volumeId: "ISOIMAGE",
    boot: "bios",
    joliet: false,
    warnings: [],
  },
  {
    packageName: "memtest86+",
    file: "usr/lib/memtest86+/memtest86+x64.iso",
    volumeId: "MT86PLUS_64",
    boot: "bios+uefi",
    joliet: true,
    warnings: ["iso.fileLonger"],
  },
  {
    packageName: "ipxe",
    file: "usr/lib/ipxe/ipxe.iso",
    volumeId: "ISOIMAGE",
    boot: "bios+uefi",
    joliet: true,
    warnings: ["iso.fileLonger"],
  },
];

for (const { packageName, file, volumeId, boot, joliet, warnings } of discs) {
  test(`R-250: the disc of ${packageName} is recognised: ${volumeId}, boots ${boot}, of the file's size`, async (t: TestContext) => {
    const reason = await unpackPackage(packageName);
    if (reason !== undefined) {
      t.skip(reason);
      return;
    }
    const path = join(folder, packageName, file);
    await using source = await openLocalFile(path);
    const detection = await detectFormat(source);
    assert.deepEqual([detection.format, detection.partitionTable], ["iso", "mbr"]);
    await using disk = await openIso(await openLocalFile(path));
    assert.equal(disk.virtualSizeBytes, (await stat(path)).size);
    const { details } = disk;
    assert.deepEqual(
      { volumeId: details["volumeId"], boot: details["boot"], joliet: details["joliet"], partitionTable: details["partitionTable"] },
      { volumeId, boot, joliet, partitionTable: "mbr" },
    );
    assert.deepEqual(warningCodes(disk), warnings);
  });
}

function warningCodes(disk: VirtualDisk): string[] {
  return disk.warnings.map(({ code }) => code);
}
