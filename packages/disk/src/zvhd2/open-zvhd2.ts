import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { closeOnFailure } from "../core/close-on-failure.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import type { VirtualSizeLimit } from "../core/virtual-size.ts";
import { cutOff } from "../zvhd/damaged.ts";
import { PAGE_BYTES } from "../zvhd/record.ts";
import { checkSameZvhd2Footer, parseTables, parseZvhd2Footer } from "./parse-zvhd2-footer.ts";
import { RecordIndex } from "./record-index.ts";
import { Zvhd2Disk } from "./zvhd2-disk.ts";

export interface OpenZvhd2Options extends ReadOptions, VirtualSizeLimit {}

/**
 * Opens a ZVHD2 image of version 1 by its first and last block and one read of index and bitmap; each block of the disk is then one ranged read.
 * The source is closed with the disk, and also when opening fails.
 *
 * Shape   as large as the image says exactly, not rounded up to GiB as its own reader reports (the details carry both)
 * Memory  the bitmap (64 KiB for a TiB), at most 10 MiB of index, 8 MiB of blocks, 4 records being decompressed
 * Throws  disk.corrupt, disk.truncated, disk.limit, disk.unsupported
 * Source  docs/formats/zvhd2.md
 */
export async function openZvhd2(source: ByteSource, options: OpenZvhd2Options = {}): Promise<VirtualDisk> {
  return closeOnFailure(source, async () => {
    const { lengthBytes } = source;
    if (lengthBytes < 3 * PAGE_BYTES) {
      throw cutOff(`The file has ${lengthBytes} bytes, less than its three blocks that are always there.`);
    }
    const first = parseZvhd2Footer(await source.read(0, PAGE_BYTES, options), { ...options, place: "first" });
    const lastBlock = await source.read(lengthBytes - PAGE_BYTES, PAGE_BYTES, options);
    const footer = parseZvhd2Footer(lastBlock, { ...options, place: "last" });
    checkSameZvhd2Footer(first, footer);
    const tables = parseTables(lastBlock, footer, lengthBytes);
    const index = await RecordIndex.load(source, { footer, tables }, options);
    return new Zvhd2Disk(source, { footer, tables, index });
  });
}
