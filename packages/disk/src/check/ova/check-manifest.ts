import type { ByteSource } from "../../core/byte-source.ts";
import { fillFrom } from "../../core/fill-from.ts";
import type { DiskWarning } from "../../core/virtual-disk.ts";
import { listMembers } from "../../ova/list-members.ts";
import type { TarMember } from "../../ova/list-members.ts";
import type { StatedDigest } from "../../ova/parse-manifest.ts";
import { findOvf, readManifest } from "../../ova/read-manifest.ts";
import { BufferPool } from "../../pipeline/buffer-pool.ts";
import { inOrder } from "../../pipeline/in-order.ts";
import { BLOCK_BYTES } from "../../pipeline/pace.ts";
import { progressReport } from "../../pipeline/progress-report.ts";
import { HashThread } from "../../transform/hash-thread.ts";
import type { CheckOptions } from "../check-report.ts";
import type { FaultList } from "../fault-list.ts";
import type { StructureCheck } from "../structure-check.ts";

/** Blocks that are read while one is hashed. */
const READS_AHEAD = 2;

/**
 * Compares the files of an OVA with the hashes that its manifest states, which takes reading all of them. The OVF is left out: opening compares
 * it. The source stays the caller's.
 *
 * Memory  3 blocks of 2 MiB, one more in the thread that hashes
 * Throws  what the list of files and the manifest throw when they cannot be read, disk.io, the signal's reason
 * Source  DMTF DSP0243, "Manifest file"
 */
export async function checkManifest(source: ByteSource, faults: FaultList, options: CheckOptions): Promise<StructureCheck> {
  const members = await listMembers(source, options);
  const ovfMember = findOvf(members);
  const digests = await readManifest(source, { members, ovfMember }, options);
  const stated = [...digests].flatMap(([name, digest]) => {
    const member = members.find((candidate) => candidate.name === name);
    return member === undefined || member === ovfMember ? [] : [{ member, digest }];
  });
  const report = progressReport(
    stated.reduce((sum, { member }) => sum + member.sizeBytes, 0),
    options,
  );
  for (const { member, digest } of stated) {
    const hex = await hashOf({ source, member, digest, report }, options);
    if (hex !== digest.hex) {
      const message = `${JSON.stringify(member.name)} is not what the manifest says: its ${digest.algorithm} is ${hex}, not ${digest.hex}.`;
      faults.add({ code: "ova.digest", message, fileOffset: member.offset, severity: "error" });
    }
  }
  return { warnings: [...digests.keys()].flatMap((name) => missingWarning(name, members)), facts: { filesHashed: stated.length } };
}

function missingWarning(name: string, members: readonly TarMember[]): DiskWarning[] {
  const isThere = members.some((member) => member.name === name);
  const message = `The manifest names ${JSON.stringify(name.slice(0, 120))}, which the OVA does not hold.`;
  return isThere ? [] : [{ code: "ova.manifestNamesMissing", message }];
}

/** One file of the archive that is hashed. */
interface Hashing {
  readonly source: ByteSource;
  readonly member: TarMember;
  readonly digest: StatedDigest;
  readonly report: (doneBytes: number) => void;
}

async function hashOf({ source, member, digest, report }: Hashing, { signal }: CheckOptions): Promise<string> {
  await using hash = new HashThread(digest.algorithm);
  const buffers = new BufferPool(BLOCK_BYTES, READS_AHEAD + 1);
  const read = async ({ offset, length }: Block) => {
    signal?.throwIfAborted();
    const buffer = buffers.take();
    await fillFrom(source, buffer.subarray(0, length), member.offset + offset, { signal });
    return { buffer, length };
  };
  for await (const { buffer, length } of inOrder(blocksOf(member), read, READS_AHEAD)) {
    await hash.update(buffer.subarray(0, length));
    buffers.give(buffer);
    report(length);
  }
  return (await hash.digest()).toString("hex");
}

interface Block {
  readonly offset: number;
  readonly length: number;
}

async function* blocksOf({ sizeBytes }: TarMember): AsyncGenerator<Block> {
  for (let offset = 0; offset < sizeBytes; offset += BLOCK_BYTES) {
    yield { offset, length: Math.min(BLOCK_BYTES, sizeBytes - offset) };
  }
}
