import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { DiskError } from "../core/disk-error.ts";
import { readPaxRecords } from "./pax-records.ts";
import { corruptTar, parseTarHeader, TAR_BLOCK_BYTES, tarRoom } from "./tar-header.ts";
import type { TarHeader } from "./tar-header.ts";

/** A file in an archive. Units: bytes, `offset` in the archive. */
export interface TarMember {
  /** With folders, without a leading "./". */
  readonly name: string;
  readonly offset: number;
  readonly sizeBytes: number;
}

/** More files than any appliance has. */
const MAX_MEMBERS = 1024;

/** Most that the description of one file, which may lie before it, is read of. */
const MAX_EXTENSION_BYTES = 64 * 1024;

const LINKS: ReadonlySet<string> = new Set(["1", "2", "K"]);
const DEVICES: ReadonlySet<string> = new Set(["3", "4", "6"]);

/**
 * Lists the files of a tar archive without reading them.
 *
 * Memory  at most 1,024 small objects
 * Throws  disk.corrupt, disk.truncated (a file goes over the end), disk.limit, disk.unsupported, disk.unsafe (links, devices, names that
 *         lead out of the archive, a name twice)
 * Source  POSIX.1-2017, pax
 */
export async function listMembers(source: ByteSource, options?: ReadOptions): Promise<TarMember[]> {
  const members = new Map<string, TarMember>();
  let described: Partial<TarHeader> = {};
  for (let at = 0; at < source.lengthBytes;) {
    options?.signal?.throwIfAborted();
    const header = await readHeader(source, at, options);
    if (header === undefined) {
      break;
    }
    const isExtension = header.type === "x" || header.type === "L" || header.type === "g";
    const member = isExtension ? header : { ...header, ...described };
    const offset = at + TAR_BLOCK_BYTES;
    refuseBehindEnd(member, offset, source.lengthBytes);
    if (!isExtension) {
      described = {};
      addMember(members, member, offset);
    } else if (header.type !== "g") {
      described = { ...described, ...(await readExtension(source, { ...header, offset }, options)) };
    }
    at = offset + tarRoom(member.sizeBytes);
  }
  return [...members.values()];
}

function refuseBehindEnd({ name, sizeBytes }: TarHeader, offset: number, archiveBytes: number): void {
  if (offset + sizeBytes > archiveBytes) {
    throw new DiskError(
      "disk.truncated",
      `${quote(name)} in the OVA needs ${sizeBytes} bytes from ${offset}, and the file ends at ${archiveBytes}.`,
      {
        remedy: "Copy or upload the file again, completely.",
      },
    );
  }
}

async function readHeader(source: ByteSource, at: number, options?: ReadOptions): Promise<TarHeader | undefined> {
  if (at + TAR_BLOCK_BYTES > source.lengthBytes) {
    throw new DiskError("disk.truncated", `The OVA ends at ${source.lengthBytes}, inside a header.`, {
      remedy: "Copy or upload the file again, completely.",
    });
  }
  return parseTarHeader(await source.read(at, TAR_BLOCK_BYTES, options), at);
}

/** Reads what says more of the next file than its header can: a long name, a large size. */
async function readExtension(
  source: ByteSource,
  extension: { readonly type: string; readonly offset: number; readonly sizeBytes: number },
  options?: ReadOptions,
): Promise<Partial<TarHeader>> {
  if (extension.sizeBytes > MAX_EXTENSION_BYTES) {
    throw new DiskError(
      "disk.limit",
      `The OVA describes one file with ${extension.sizeBytes} bytes at ${extension.offset}; at most 64 KiB are accepted.`,
    );
  }
  const bytes = Buffer.from(await source.read(extension.offset, extension.sizeBytes, options));
  if (extension.type === "L") {
    const [name = ""] = bytes.toString("utf8").split("\0");
    return { name };
  }
  return readPaxRecords(bytes, extension.offset);
}

function addMember(members: Map<string, TarMember>, header: TarHeader, offset: number): void {
  const name = header.name.replace(/^(\.\/)+/, "");
  refuseForeignName(name);
  if (LINKS.has(header.type) || DEVICES.has(header.type)) {
    throw unsafe(`${quote(name)} is a ${LINKS.has(header.type) ? "link" : "device"}, not a file`);
  }
  if (header.type === "5") {
    return;
  }
  if (header.type !== "0" && header.type !== "7") {
    throw new DiskError("disk.unsupported", `${quote(name)} in the OVA is a member of the unknown type ${quote(header.type)}.`);
  }
  if (members.has(name)) {
    throw corruptTar(`${quote(name)} is in it twice`);
  }
  if (members.size === MAX_MEMBERS) {
    throw new DiskError("disk.limit", `The OVA has more than ${MAX_MEMBERS} files.`);
  }
  members.set(name, { name, offset, sizeBytes: header.sizeBytes });
}

function refuseForeignName(name: string): void {
  if (name.startsWith("/") || name.includes("\\") || name.split("/").includes("..") || /\p{Cc}/u.test(name)) {
    throw unsafe(`${quote(name)} leads out of the archive`);
  }
}

function unsafe(what: string): DiskError {
  return new DiskError("disk.unsafe", `The OVA is not safe to unpack: ${what}.`, {
    remedy: "Export the appliance again with the program that made it.",
  });
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 120));
}
