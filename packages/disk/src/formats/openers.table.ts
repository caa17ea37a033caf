import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import type { DiskFormat } from "../core/disk-format.ts";
import type { RelatedFile } from "../core/related-file.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import type { VirtualSizeLimit } from "../core/virtual-size.ts";

/** What every opener may be told. Files and parents are named by the caller, never by the image. */
export interface OpenerOptions extends ReadOptions, VirtualSizeLimit {
  /** The other files of an image of several files. Taken over with the source. */
  readonly related?: readonly RelatedFile[] | undefined;
  /** The disk that a differencing one was made over. Taken over with the source. */
  readonly parent?: VirtualDisk | undefined;
}

type Opener = (source: ByteSource, options: OpenerOptions) => Promise<VirtualDisk>;

/** One format that can be opened. */
export interface OpenableFormat {
  /** What is read, for the support matrix. */
  readonly reads: string;
  readonly takesParent: boolean;
  readonly takesRelated: boolean;
  /** Loads the codec: together they cost as much time as copying 40 MiB. */
  load(): Promise<Opener>;
}

/** Every format that can be opened, with what its codec needs besides the file. */
export const openers: Readonly<Record<DiskFormat, OpenableFormat>> = {
  raw: {
    reads: "any size; holes of local files are seen",
    takesParent: false,
    takesRelated: false,
    load: async () => (await import("../raw/open-raw.ts")).openRaw,
  },
  qcow2: {
    reads:
      "versions 2 and 3; zlib and zstd clusters, zero clusters, extended L2, all refcount widths; active state of images with snapshots; over a given backing file",
    takesParent: true,
    takesRelated: false,
    load: async () => (await import("../qcow2/open-qcow2.ts")).openQcow2,
  },
  qcow: {
    reads: "version 1, compressed clusters too; over a given backing file",
    takesParent: true,
    takesRelated: false,
    load: async () => (await import("../qcow1/open-qcow1.ts")).openQcow1,
  },
  qed: {
    reads: "clean images, and unclean ones whose tables are sound; over a given backing file",
    takesParent: true,
    takesRelated: false,
    load: async () => (await import("../qed/open-qed.ts")).openQed,
  },
  vdi: {
    reads: "dynamic and fixed; differencing with its parent",
    takesParent: true,
    takesRelated: false,
    load: async () => (await import("../vdi/open-vdi.ts")).openVdi,
  },
  vmdk: {
    reads: "monolithicSparse, streamOptimized, COWD; flat and split ones with their other files; snapshots with their parent",
    takesParent: true,
    takesRelated: true,
    load: async () => (await import("../vmdk/open-vmdk.ts")).openVmdk,
  },
  vhd: {
    reads: "fixed, dynamic; differencing with its parent",
    takesParent: true,
    takesRelated: false,
    load: async () => (await import("../vhd/open-vhd.ts")).openVhd,
  },
  vhdx: {
    reads: "fixed, dynamic; differencing with its parent; unclean logs; sectors of 512 and 4096 bytes",
    takesParent: true,
    takesRelated: false,
    load: async () => (await import("../vhdx/open-vhdx.ts")).openVhdx,
  },
  zvhd: {
    reads: "version 1",
    takesParent: false,
    takesRelated: false,
    load: async () => (await import("../zvhd/open-zvhd.ts")).openZvhd,
  },
  zvhd2: {
    reads: "version 1; zstd and zlib blocks",
    takesParent: false,
    takesRelated: false,
    load: async () => (await import("../zvhd2/open-zvhd2.ts")).openZvhd2,
  },
  iso: {
    reads: "ISO 9660 and UDF as the disc they are, hybrids too; volume and boot kinds are told",
    takesParent: false,
    takesRelated: false,
    load: async () => (await import("../iso/open-iso.ts")).openIso,
  },
};
