import { DiskError } from "../core/disk-error.ts";
import { readU64 } from "../core/read-u64.ts";
import { externalDataFile } from "./incompatible-features.ts";

const END = 0;
const BITMAPS = 0x23852875;
const BACKING_FORMAT = 0xe2792aca;
const EXTERNAL_DATA_FILE = 0x44415441;
const EXTENSION_HEAD_BYTES = 8;
const BITMAPS_BYTES = 24;

/** What the extensions behind a header say that matters for reading. */
export interface HeaderExtensions {
  /** Dirty bitmaps that the file claims to keep; they are not read. */
  readonly bitmapCount: number;
  /** Where the list of these bitmaps is said to be, in bytes of the file; undefined when there are none. Not checked. */
  readonly bitmapDirectory: { readonly offset: number; readonly length: number } | undefined;
  /** QEMU's name of the format that the backing file has; undefined when nothing is said. */
  readonly backingFormat: string | undefined;
}

/**
 * Walks the header extensions, from the header's end to the end of its cluster. Unknown ones are skipped, as the specification wants.
 *
 * Shape   `headCluster` holds the first cluster, or what there is of it
 * Throws  disk.corrupt (an extension reaches over the cluster), disk.truncated (over the file), disk.unsafe (names an external data file)
 * Source  QEMU docs/interop/qcow2, "Header extensions"
 */
export function readHeaderExtensions(headCluster: Uint8Array, shape: { headerBytes: number; clusterSize: number }): HeaderExtensions {
  const view = new DataView(headCluster.buffer, headCluster.byteOffset, headCluster.byteLength);
  let bitmapCount = 0;
  let bitmapDirectory: HeaderExtensions["bitmapDirectory"];
  let backingFormat: string | undefined;
  let at = shape.headerBytes;
  while (at + EXTENSION_HEAD_BYTES <= headCluster.length) {
    const type = view.getUint32(at);
    const length = view.getUint32(at + 4);
    if (type === END) {
      break;
    }
    const data = at + EXTENSION_HEAD_BYTES;
    checkExtent({ at, end: data + length }, { clusterSize: shape.clusterSize, heldBytes: headCluster.length });
    if (type === EXTERNAL_DATA_FILE && length > 0) {
      throw externalDataFile();
    }
    if (type === BACKING_FORMAT) {
      backingFormat = Buffer.from(headCluster.subarray(data, data + length)).toString("latin1");
    }
    if (type === BITMAPS && length >= 4) {
      bitmapCount = view.getUint32(data);
    }
    if (type === BITMAPS && length >= BITMAPS_BYTES) {
      bitmapDirectory = { offset: readU64(view, data + 16), length: readU64(view, data + 8) };
    }
    at = data + Math.ceil(length / 8) * 8;
  }
  return { bitmapCount, bitmapDirectory, backingFormat };
}

function checkExtent(extension: { at: number; end: number }, limits: { clusterSize: number; heldBytes: number }): void {
  if (extension.end > limits.clusterSize) {
    throw new DiskError("disk.corrupt", `The qcow2 header extension at ${extension.at} reaches over the first cluster.`);
  }
  if (extension.end > limits.heldBytes) {
    throw new DiskError(
      "disk.truncated",
      `The qcow2 header extension at ${extension.at} ends at ${extension.end}, behind the end of the file.`,
    );
  }
}
