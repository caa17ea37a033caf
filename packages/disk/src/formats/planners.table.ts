import type { ReadOptions } from "../core/byte-source.ts";
import type { OutputFormat } from "../core/disk-format.ts";
import type { PlannedFile } from "../core/disk-writer.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import type { CompressionPool } from "../pool/compression-pool.ts";
import type { Qcow2WriteOptions } from "../qcow2/plan-layout.ts";

/** How blocks of an output file are compressed. */
export type Compression = "none" | "zlib" | "zstd";

/** What every planner is told. */
export interface PlannerOptions extends ReadOptions {
  /** Where it goes: a stream cannot go back, a file can, and so takes less space. */
  readonly target: "file" | "stream";
  readonly compression: Compression;
  /** One of the format's, or undefined for its usual one. */
  readonly subformat: string | undefined;
  /** Threads that several conversions share. */
  readonly pool: CompressionPool | undefined;
  /** Choices of the qcow2 format alone. */
  readonly qcow2: Qcow2WriteOptions | undefined;
}

type Planner = (disk: VirtualDisk, options: PlannerOptions) => Promise<PlannedFile>;

/** One format that can be written. */
export interface WritableFormatEntry {
  /** What is written, for the support matrix. */
  readonly writes: string;
  /** The first is the usual one. */
  readonly subformats: readonly string[];
  /** The first is the usual one. */
  readonly compressions: readonly Compression[];
  /** Compressions that a stream cannot carry, because the head comes last. */
  readonly fileOnly: readonly Compression[];
  /** Loads the writer: together they cost as much time as copying 40 MiB. */
  load(): Promise<Planner>;
}

const plain = { subformats: [], compressions: ["none"], fileOnly: [] } as const;

/** Every format that can be written. */
export const planners: Readonly<Record<OutputFormat, WritableFormatEntry>> = {
  raw: {
    ...plain,
    writes: "sparse where the sink can",
    load: async () => {
      const { planRaw } = await import("../raw/plan-raw.ts");
      return async (disk, { signal }) => planRaw(disk, { signal });
    },
  },
  qcow2: {
    writes: "version 3, or 2 with subformat 0.10; plain, zlib, zstd",
    subformats: ["1.1", "0.10"],
    compressions: ["none", "zlib", "zstd"],
    fileOnly: ["zlib", "zstd"],
    load: async () => planQcow2,
  },
  qcow: { ...plain, writes: "version 1, plain", load: async () => (await import("../qcow1/plan-qcow1.ts")).planQcow1 },
  qed: { ...plain, writes: "64 KiB clusters", load: async () => (await import("../qed/plan-qed.ts")).planQed },
  vdi: { ...plain, writes: "dynamic", load: async () => (await import("../vdi/plan-vdi.ts")).planVdi },
  vmdk: {
    writes: "monolithicSparse; streamOptimized (zlib)",
    subformats: ["monolithicSparse", "streamOptimized"],
    compressions: ["none", "zlib"],
    fileOnly: [],
    load: async () => planVmdk,
  },
  vhd: {
    ...plain,
    writes: "dynamic, fixed, azure (fixed, whole MiB); exact size",
    subformats: ["dynamic", "fixed", "azure"],
    load: async () => {
      const { planVhd } = await import("../vhd/plan-vhd.ts");
      return async (disk, { subformat, target, signal }) =>
        planVhd(disk, {
          subformat: subformat === undefined || subformat === "dynamic" ? "dynamic" : "fixed",
          azure: subformat === "azure",
          target,
          signal,
        });
    },
  },
  vhdx: {
    ...plain,
    writes: "dynamic, fixed",
    subformats: ["dynamic", "fixed"],
    load: async () => {
      const { planVhdx } = await import("../vhdx/plan-vhdx.ts");
      return async (disk, { subformat, target, signal }) =>
        planVhdx(disk, { subformat: subformat === "fixed" ? "fixed" : "dynamic", target, signal });
    },
  },
  zvhd: {
    ...plain,
    writes: "version 1",
    compressions: ["zlib"],
    load: async () => {
      const { planZvhd } = await import("../zvhd/plan-zvhd.ts");
      return async (disk, { pool, signal }) => planZvhd(disk, { pool, signal });
    },
  },
  zvhd2: {
    ...plain,
    writes: "version 1; zstd, zlib",
    compressions: ["zstd", "zlib"],
    load: async () => {
      const { planZvhd2 } = await import("../zvhd2/plan-zvhd2.ts");
      return async (disk, { compression, pool, signal }) =>
        planZvhd2(disk, { method: compression === "zlib" ? "zlib" : "zstd", pool, signal });
    },
  },
  ova: {
    ...plain,
    writes: "OVF 1.1 with one streamOptimized VMDK and a manifest",
    compressions: ["zlib"],
    fileOnly: [],
    load: async () => {
      const { planOva } = await import("../ova/plan-ova.ts");
      return async (disk, { target, pool, signal }) => planOva(disk, { target, pool, signal });
    },
  },
};

async function planQcow2(disk: VirtualDisk, { compression, subformat, target, pool, qcow2, signal }: PlannerOptions): Promise<PlannedFile> {
  const compat = subformat === "0.10" ? subformat : qcow2?.compat;
  const options = { ...qcow2, compat, signal };
  if (compression !== "none") {
    const { planCompressedQcow2 } = await import("../qcow2/plan-compressed-qcow2.ts");
    return planCompressedQcow2(disk, { ...options, codec: compression, pool });
  }
  if (target === "file") {
    const { planAllocatingQcow2 } = await import("../qcow2/plan-allocating-qcow2.ts");
    return planAllocatingQcow2(disk, options);
  }
  const { planSequentialQcow2 } = await import("../qcow2/plan-sequential-qcow2.ts");
  return planSequentialQcow2(disk, options);
}

async function planVmdk(disk: VirtualDisk, { compression, subformat, target, pool, signal }: PlannerOptions): Promise<PlannedFile> {
  if (subformat === "streamOptimized" || compression === "zlib") {
    const { planStreamOptimizedVmdk } = await import("../vmdk/plan-stream-optimized-vmdk.ts");
    return planStreamOptimizedVmdk(disk, { pool, signal });
  }
  if (target === "file") {
    const { planAllocatingVmdk } = await import("../vmdk/plan-allocating-vmdk.ts");
    return planAllocatingVmdk(disk, { signal });
  }
  const { planSequentialVmdk } = await import("../vmdk/plan-sequential-vmdk.ts");
  return planSequentialVmdk(disk, { signal });
}
