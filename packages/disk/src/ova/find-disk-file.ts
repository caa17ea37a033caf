import type { ByteSource } from "../core/byte-source.ts";
import { DiskError } from "../core/disk-error.ts";
import { ConcatSource } from "../source/concat-source.ts";
import type { TarMember } from "./list-members.ts";
import { MemberSource } from "./member-source.ts";
import type { OvfDisk } from "./parse-ovf.ts";

/** The file of a disk: one member of the archive, or several that are its chunks in order. */
export interface DiskFile {
  readonly name: string;
  readonly sizeBytes: number;
  readonly parts: readonly TarMember[];
}

/**
 * Finds the file of a disk in the archive. An href may spell special characters as a URL does; a file that was cut into chunks is under its
 * name with nine digits behind it, and all chunks but the last are equally long.
 *
 * Throws  disk.truncated (not there, or not all of it), disk.corrupt (a chunk of another length)
 * Source  DMTF DSP0243, "References element"
 */
export function findDiskFile(disk: OvfDisk, members: readonly TarMember[]): DiskFile {
  const plain = disk.href.replace(/^(\.\/)+/, "");
  const decoded = plain.replace(/(%[0-9a-f]{2})+/gi, (bytes) => Buffer.from(bytes.replaceAll("%", ""), "hex").toString("utf8"));
  for (const name of [plain, decoded]) {
    const parts = disk.chunkBytes === undefined ? members.filter((member) => member.name === name) : chunksOf(name, members);
    if (parts.length > 0) {
      const file = { name, parts, sizeBytes: parts.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) };
      checkChunks(disk, file);
      return file;
    }
  }
  throw missing(`The disk ${quote(disk.id)} is in ${quote(disk.href)}, which the OVA does not hold.`);
}

/** Answers the bytes of a disk's file. Closing it leaves the archive open. */
export function readDiskFile(archive: ByteSource, { parts }: DiskFile): ByteSource {
  const sources = parts.map((part) => new MemberSource(archive, part));
  const [only] = sources;
  return only !== undefined && sources.length === 1 ? only : new ConcatSource(sources);
}

function chunksOf(name: string, members: readonly TarMember[]): TarMember[] {
  const byName = new Map(members.map((member) => [member.name, member]));
  const chunks: TarMember[] = [];
  for (;;) {
    const chunk = byName.get(`${name}.${String(chunks.length).padStart(9, "0")}`);
    if (chunk === undefined) {
      return chunks;
    }
    chunks.push(chunk);
  }
}

function checkChunks({ chunkBytes, fileBytes }: OvfDisk, { name, parts, sizeBytes }: DiskFile): void {
  if (chunkBytes === undefined) {
    return;
  }
  const wrong = parts.find((part, index) => (index === parts.length - 1 ? part.sizeBytes > chunkBytes : part.sizeBytes !== chunkBytes));
  if (wrong !== undefined) {
    throw new DiskError("disk.corrupt", `The chunk ${quote(wrong.name)} has ${wrong.sizeBytes} bytes, and chunkSize is ${chunkBytes}.`, {
      remedy: "Export the appliance again.",
    });
  }
  if (fileBytes !== undefined && fileBytes !== sizeBytes) {
    throw missing(`The chunks of ${quote(name)} have ${sizeBytes} bytes together, and the OVF says ${fileBytes}.`);
  }
}

function missing(message: string): DiskError {
  return new DiskError("disk.truncated", message, { remedy: "Export the appliance again as one OVA that holds its disks." });
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 120));
}
