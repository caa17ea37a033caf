import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { closeOnFailure } from "../core/close-on-failure.ts";
import { OwnedDisk } from "../core/owned-disk.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import type { VirtualSizeLimit } from "../core/virtual-size.ts";
import { openRaw } from "../raw/open-raw.ts";
import { measureContent } from "./measure-content.ts";
import { SequentialSource } from "./sequential-source.ts";
import { unwrap } from "./unwrap.ts";
import type { UnwrapLimits, WrapperKind } from "./unwrap.ts";

export interface OpenWrappedOptions extends ReadOptions, UnwrapLimits, VirtualSizeLimit {}

/**
 * Opens a raw disk inside a gzip or zstd file, without a temporary copy: the file is unpacked once for its length and map, and once more while it
 * is read. It can be converted, stored and compared; whoever reads back is refused.
 * The source is closed with the disk, and also when opening fails.
 *
 * Memory  about 14 MiB: the decoder with its window, the map (at most 3 MiB), the first MiB while opening
 * Throws  disk.unsupported (xz, bzip2, another content than a raw disk; later: a read that goes back), disk.limit, disk.truncated, disk.corrupt,
 *         disk.ambiguous
 */
export async function openWrapped(source: ByteSource, kind: WrapperKind, options: OpenWrappedOptions = {}): Promise<VirtualDisk> {
  return closeOnFailure(source, async () => {
    const limits = { maxRatio: options.maxRatio, maxOutputBytes: options.maxOutputBytes ?? options.maxVirtualSizeBytes };
    const content = await measureContent(source, kind, { ...limits, signal: options.signal });
    const unpacked = new SequentialSource({ ...content, start: () => unwrap(source, kind, limits) });
    return new WrappedDisk(await openRaw(unpacked, options), { kind, source });
  });
}

/** A raw disk with a word about its wrapper, which is closed after it. */
class WrappedDisk extends OwnedDisk {
  override readonly details: VirtualDisk["details"];

  constructor(disk: VirtualDisk, { kind, source }: { readonly kind: WrapperKind; readonly source: ByteSource }) {
    const message = `The disk is inside a ${kind} file, and can only be read from first to last.`;
    super(disk, { owner: source, warnings: [{ code: "wrapped.sequential", message }] });
    this.details = { ...disk.details, wrapper: kind, packedBytes: source.lengthBytes };
  }
}
