import { createHash } from "node:crypto";
import { TAR_BLOCK_BYTES, tarRoom, writeTarHeader } from "./tar-header.ts";
import { writeOvf } from "./write-ovf.ts";
import type { OvfMachine } from "./write-ovf.ts";

/** A disk's file that is written, or was. */
export interface WrittenDisk {
  readonly name: string;
  readonly capacityBytes: number;
  readonly fileBytes: number;
  readonly sha256: string;
}

/** What the head of the archive is made from, besides the disks' files. */
export interface HeadFacts extends Omit<OvfMachine, "disks"> {
  /** Base name of the OVF and the manifest. */
  readonly fileName: string;
  /** Seconds since 1970. */
  readonly modifiedAt: number;
}

/** Longer than any file can be, so that room for it is room for every size. */
const WIDEST_SIZE = Number.MAX_SAFE_INTEGER;

/**
 * Makes what comes before the first disk in the archive: the OVF and the manifest, each with its tar header. Both name the sizes and hashes
 * of files that may be written only later, so the OVF is filled up with spaces to a length that depends on neither.
 *
 * Shape   as many bytes for the same facts and names, whatever the sizes and hashes
 */
export function writeOvaHead(facts: HeadFacts, disks: readonly WrittenDisk[]): Buffer {
  const length = ovfOf(
    facts,
    disks.map((disk) => ({ ...disk, fileBytes: WIDEST_SIZE })),
  ).length;
  const ovf = Buffer.alloc(length, " ");
  ovfOf(facts, disks).copy(ovf);
  const ovfName = `${facts.fileName}.ovf`;
  const digests = [{ name: ovfName, sha256: createHash("sha256").update(ovf).digest("hex") }, ...disks];
  const manifest = Buffer.from(digests.map(({ name, sha256 }) => `SHA256(${name})= ${sha256}\n`).join(""));
  return Buffer.concat([...member(ovfName, ovf, facts), ...member(`${facts.fileName}.mf`, manifest, facts)]);
}

/** Length of the head for these facts and disk names. */
export function ovaHeadBytes(facts: HeadFacts, disks: readonly Pick<WrittenDisk, "name" | "capacityBytes">[]): number {
  const placeholder = { fileBytes: 0, sha256: "0".repeat(64) };
  return writeOvaHead(
    facts,
    disks.map((disk) => ({ ...disk, ...placeholder })),
  ).length;
}

function ovfOf(facts: HeadFacts, disks: readonly WrittenDisk[]): Buffer {
  const described = disks.map(({ name, fileBytes, capacityBytes }) => ({ href: name, fileBytes, capacityBytes }));
  return Buffer.from(writeOvf({ ...facts, disks: described }));
}

function member(name: string, content: Buffer, { modifiedAt }: HeadFacts): Buffer[] {
  const header = writeTarHeader({ name, sizeBytes: content.length, modifiedAt });
  return [header, content, Buffer.alloc(tarRoom(content.length) - content.length)];
}

/** The two blocks of zeros that end an archive. */
export const ARCHIVE_END_BYTES = 2 * TAR_BLOCK_BYTES;
