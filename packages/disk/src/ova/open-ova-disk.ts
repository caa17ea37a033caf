import type { ByteSource } from "../core/byte-source.ts";
import { DiskError } from "../core/disk-error.ts";
import type { VirtualDisk } from "../core/virtual-disk.ts";
import { OwnedDisk } from "../core/owned-disk.ts";
import { openOva } from "./open-ova.ts";
import type { OpenOvaOptions } from "./open-ova.ts";

/**
 * Opens one disk of an OVA: the one named, or the only one. The archive is closed with the disk.
 *
 * Throws  disk.unsupported (several disks and none named, or none of that name), what `openOva` throws
 */
export async function openOvaDisk(
  source: ByteSource,
  options: OpenOvaOptions & { readonly member?: string | undefined } = {},
): Promise<VirtualDisk> {
  const ova = await openOva(source, options);
  try {
    const { member } = options;
    const chosen = member === undefined ? ova.disks : ova.disks.filter(({ id, name }) => id === member || name === member);
    const [only, another] = chosen;
    if (only === undefined || another !== undefined) {
      const names = ova.disks.map(({ name }) => name).join(", ");
      const problem = member === undefined ? `The OVA has ${ova.disks.length} disks` : `The OVA has no disk "${member}"`;
      throw new DiskError("disk.unsupported", `${problem}: ${names}.`, { remedy: "Name the one to open." });
    }
    return new OwnedDisk(await only.open(), { owner: ova, warnings: ova.warnings });
  } catch (error) {
    await ova[Symbol.asyncDispose]();
    throw error;
  }
}
