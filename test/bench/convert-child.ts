/** One conversion in a process of its own: `convert-child.js SOURCE-FORMAT SOURCE TARGET-FORMAT TARGET COMPRESSION`; prints the peak of its memory. */
import { convertDisk } from "@tintype/disk/convert/convert-disk.ts";
import { openQcow2 } from "@tintype/disk/qcow2/open-qcow2.ts";
import { openRaw } from "@tintype/disk/raw/open-raw.ts";
import { writeToFile } from "@tintype/disk/sink/write-to-file.ts";
import { openLocalFile } from "@tintype/disk/source/open-local-file.ts";

const [sourceFormat, source = "", targetFormat, target = "", compression = "none"] = process.argv.slice(2);
if ((targetFormat !== "raw" && targetFormat !== "qcow2") || (compression !== "none" && compression !== "zlib" && compression !== "zstd")) {
  throw new Error(`Unknown target ${targetFormat} ${compression}`);
}
await using disk = await (sourceFormat === "qcow2" ? openQcow2 : openRaw)(await openLocalFile(source));
const plan = await convertDisk(disk, { format: targetFormat, target: "file", compression });
await writeToFile(plan, target);
console.log(JSON.stringify({ maxRssKiB: process.resourceUsage().maxRSS }));
