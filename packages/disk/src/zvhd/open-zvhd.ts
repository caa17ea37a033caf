import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { closeOnFailure } from "../core/close-on-failure.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import type { VirtualSizeLimit } from "../core/virtual-size.ts";
import { cutOff } from "./damaged.ts";
import { checkSameFooter, parseFooter } from "./parse-footer.ts";
import { PAGE_BYTES } from "./record.ts";
import { ZvhdDisk } from "./zvhd-disk.ts";

export interface OpenZvhdOptions extends ReadOptions, VirtualSizeLimit {}

/**
 * Opens a ZVHD image. Reading forward costs one inflate of each block; reading back costs what `RecordReader` says. The map is made from the
 * heads of the records, when it is asked for.
 * The source is closed with the disk, and also when opening fails.
 *
 * Shape   as large as the image says exactly, not rounded up to GiB as its own reader reports (the details carry both)
 * Memory  2 bytes for each 2 MiB of disk, 24 MiB of blocks and windows, 4 records being inflated
 * Throws  disk.corrupt, disk.truncated, disk.limit, disk.unsupported
 * Source  docs/formats/zvhd.md
 */
export async function openZvhd(source: ByteSource, options: OpenZvhdOptions = {}): Promise<VirtualDisk> {
  return closeOnFailure(source, async () => {
    if (source.lengthBytes < 2 * PAGE_BYTES) {
      throw cutOff(`The file has ${source.lengthBytes} bytes; its first and last block alone have ${2 * PAGE_BYTES}.`);
    }
    const first = await source.read(0, PAGE_BYTES, options);
    const footer = parseFooter(first, { ...options, format: "zvhd", place: "first" });
    const last = await source.read(source.lengthBytes - PAGE_BYTES, PAGE_BYTES, options);
    checkSameFooter(footer, parseFooter(last, { ...options, format: "zvhd", place: "last" }));
    return new ZvhdDisk(source, footer);
  });
}
