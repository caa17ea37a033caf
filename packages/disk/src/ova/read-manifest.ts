import type { ByteSource, ReadOptions } from "../core/byte-source.ts";
import { DiskError } from "../core/disk-error.ts";
import type { TarMember } from "./list-members.ts";
import { parseManifest } from "./parse-manifest.ts";
import type { StatedDigest } from "./parse-manifest.ts";

/** Most that an OVF or a manifest may be long. */
const MAX_TEXT_BYTES = 1024 * 1024;

/** Answers the one OVF of an archive. Throws disk.corrupt when there is none, or more. */
export function findOvf(members: readonly TarMember[]): TarMember {
  const found = members.filter(({ name }) => name.toLowerCase().endsWith(".ovf"));
  const [ovf] = found;
  if (ovf === undefined || found.length > 1) {
    throw new DiskError("disk.corrupt", `The OVA has ${found.length} OVF files, and must have exactly one.`, {
      remedy: "Export each appliance into an archive of its own.",
    });
  }
  return ovf;
}

/** Reads a text of an archive as bytes. Throws disk.limit (over 1 MiB), what the source throws. */
export async function readText(source: ByteSource, member: TarMember, options: ReadOptions): Promise<Uint8Array> {
  if (member.sizeBytes > MAX_TEXT_BYTES) {
    throw new DiskError("disk.limit", `${JSON.stringify(member.name)} has ${member.sizeBytes} bytes; at most 1 MiB is accepted.`);
  }
  return source.read(member.offset, member.sizeBytes, options);
}

/** Reads what the manifest beside the OVF states, by file name; nothing when there is none. Throws as `readText`. */
export async function readManifest(
  source: ByteSource,
  { members, ovfMember }: { readonly members: readonly TarMember[]; readonly ovfMember: TarMember },
  options: ReadOptions,
): Promise<ReadonlyMap<string, StatedDigest>> {
  const name = ovfMember.name.replace(/\.ovf$/i, ".mf").toLowerCase();
  const member = members.find((candidate) => candidate.name.toLowerCase() === name);
  return parseManifest(member === undefined ? "" : Buffer.from(await readText(source, member, options)).toString("utf8"));
}
