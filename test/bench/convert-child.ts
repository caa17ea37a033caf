/** One conversion in a process of its own: `convert-child.js SOURCE-FORMAT SOURCE TARGET-FORMAT TARGET CODEC`; prints the peak of its memory. */
import { convertDisk } from "@tintype/disk/convert/convert-disk.ts";
import type { ByteSource } from "@tintype/disk/core/byte-source.ts";
import type { VirtualDisk } from "@tintype/disk/core/virtual-disk.ts";
import { writeToFile } from "@tintype/disk/sink/write-to-file.ts";
import { openLocalFile } from "@tintype/disk/source/open-local-file.ts";

const [sourceFormat, source = "", targetFormat, target = "", compression = "none"] = process.argv.slice(2);
if ((targetFormat !== "raw" && targetFormat !== "qcow2") || (compression !== "none" && compression !== "zlib" && compression !== "zstd")) {
  throw new Error(`Unknown target ${targetFormat} ${compression}`);
}
await using disk = await openDisk(await openLocalFile(source));
const plan = await convertDisk(disk, { format: targetFormat, target: "file", compression });
await writeToFile(plan, target);
console.log(JSON.stringify({ maxRssKiB: process.resourceUsage().maxRSS }));

/** Opens the source in the format that was given; only that format's reader is loaded. */
async function openDisk(bytes: ByteSource): Promise<VirtualDisk> {
  if (sourceFormat === "qcow2") {
    const { openQcow2 } = await import("@tintype/disk/qcow2/open-qcow2.ts");
    return openQcow2(bytes);
  }
  const { openRaw } = await import("@tintype/disk/raw/open-raw.ts");
  return openRaw(bytes);
}
