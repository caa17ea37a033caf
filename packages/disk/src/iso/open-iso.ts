import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { closeOnFailure } from "../core/close-on-failure.ts";
import type { DiskWarning, VirtualDisk } from "../core/virtual-disk.ts";
import type { VirtualSizeLimit } from "../core/virtual-size.ts";
import { refuseEmptyFile } from "../core/virtual-size.ts";
import { findPartitionTable } from "../detect/partition-table.ts";
import { openRaw } from "../raw/open-raw.ts";
import { bootPlatforms, readBootPlatforms } from "./boot-catalog.ts";
import { hasEfiPartition } from "./efi-partition.ts";
import { IsoDisk } from "./iso-disk.ts";
import { readUdfVolumeId } from "./udf-volume-id.ts";
import { readVolumeDescriptors } from "./volume-descriptors.ts";
import type { VolumeDescriptors } from "./volume-descriptors.ts";

export interface OpenIsoOptions extends ReadOptions, VirtualSizeLimit {}

/** Bytes in which a partition table shows: GPT stands at 512 or 4096. */
const PARTITION_TABLE_BYTES = 8192;

/**
 * Opens an optical disc (ISO 9660, UDF, or both) as the bytes it is. Its size is the file's: what the volume says of itself leaves out
 * partitions that were appended. The source is closed with the disk, and also when opening fails.
 *
 * Shape   details: volumeId, systemId, boot ("bios", "uefi", "bios+uefi", "none"), iso9660, joliet, udf, partitionTable ("mbr", "gpt", "none"),
 *         volumeSizeBytes (0 without ISO 9660), fileSizeBytes
 * Memory  512 KiB while opening; then what one read returns
 * Throws  disk.truncated, disk.corrupt (no descriptors), disk.unsupported (blocks that are not of 2048 bytes), disk.limit (too large)
 * Source  ECMA-119; El Torito 1.0; ECMA-167; UEFI specification 5.2, 5.3
 */
export async function openIso(source: ByteSource, options: OpenIsoOptions = {}): Promise<VirtualDisk> {
  return closeOnFailure(source, async () => {
    refuseEmptyFile(source.lengthBytes);
    const descriptors = await readVolumeDescriptors(source, options);
    const boot = await readBoot(source, descriptors, options);
    const udfVolumeId = descriptors.hasUdf ? await readUdfVolumeId(source, options) : undefined;
    const { primary } = descriptors;
    const disk = await openRaw(source, options);
    return new IsoDisk(disk, {
      details: {
        volumeId: primary?.volumeId ?? udfVolumeId ?? "",
        systemId: primary?.systemId ?? "",
        boot: boot.kinds.join("+") || "none",
        iso9660: primary !== undefined,
        joliet: descriptors.hasJoliet,
        udf: descriptors.hasUdf,
        ...(udfVolumeId === undefined ? {} : { udfVolumeId }),
        partitionTable: boot.partitionTable,
        volumeSizeBytes: primary?.volumeBytes ?? 0,
        fileSizeBytes: source.lengthBytes,
      },
      warnings: [...disk.warnings, ...boot.warnings, ...sizeDifference(primary?.volumeBytes, source.lengthBytes)],
    });
  });
}

/** How a disc starts a machine. */
interface Boot {
  readonly kinds: readonly ("bios" | "uefi")[];
  readonly partitionTable: "gpt" | "mbr" | "none";
  readonly warnings: readonly DiskWarning[];
}

async function readBoot(source: ByteSource, { bootCatalogOffset }: VolumeDescriptors, options: ReadOptions): Promise<Boot> {
  const head = await source.read(0, PARTITION_TABLE_BYTES, options);
  const platforms = bootCatalogOffset === undefined ? new Set<number>() : await readBootPlatforms(source, bootCatalogOffset, options);
  const kinds: Boot["kinds"][number][] = [];
  if (platforms?.has(bootPlatforms.bios) === true) {
    kinds.push("bios");
  }
  if (platforms?.has(bootPlatforms.efi) === true || (await hasEfiPartition(source, options))) {
    kinds.push("uefi");
  }
  const message = `The boot catalog at ${bootCatalogOffset} is damaged, and its entries are not counted.`;
  return {
    kinds,
    partitionTable: findPartitionTable(head) ?? "none",
    warnings: platforms === undefined ? [{ code: "iso.bootCatalog", message }] : [],
  };
}

function sizeDifference(volumeBytes: number | undefined, fileBytes: number): readonly DiskWarning[] {
  if (volumeBytes === undefined || volumeBytes === fileBytes) {
    return [];
  }
  const sizes = `The volume says it has ${volumeBytes} bytes, and the file has ${fileBytes}`;
  return volumeBytes < fileBytes
    ? [{ code: "iso.fileLonger", message: `${sizes}: something was appended, as hybrid discs have it; all of it is kept.` }]
    : [{ code: "iso.fileShorter", message: `${sizes}: the file may have been cut off.` }];
}
