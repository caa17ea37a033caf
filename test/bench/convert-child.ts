/** One conversion in a process of its own: `convert-child.js SOURCE-FORMAT SOURCE TARGET-FORMAT TARGET CODEC KIND`; prints the peak of its memory. */
import { convertDisk } from "@tintype/disk/convert/convert-disk.ts";
import { openers } from "@tintype/disk/formats/openers.table.ts";
import { planners } from "@tintype/disk/formats/planners.table.ts";
import { writeToFile } from "@tintype/disk/sink/write-to-file.ts";
import { openLocalFile } from "@tintype/disk/source/open-local-file.ts";

const [sourceFormat = "", source = "", targetFormat = "", target = "", compression, subformat] = process.argv.slice(2);
if (!isKeyOf(planners, targetFormat) || !isKeyOf(openers, sourceFormat)) {
  throw new Error(`Unknown formats: ${sourceFormat}, ${targetFormat}`);
}
const open = await openers[sourceFormat].load();
await using disk = await open(await openLocalFile(source), {});
const plan = await convertDisk(disk, {
  format: targetFormat,
  target: "file",
  compression: compression === "zlib" || compression === "zstd" ? compression : undefined,
  subformat: subformat === "" ? undefined : subformat,
});
await writeToFile(plan, target);
console.log(JSON.stringify({ maxRssKiB: process.resourceUsage().maxRSS }));

function isKeyOf<T extends object>(table: T, key: string): key is Extract<keyof T, string> {
  return Object.hasOwn(table, key);
}
