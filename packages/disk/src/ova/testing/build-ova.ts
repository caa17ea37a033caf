import { TAR_BLOCK_BYTES, tarRoom, writeTarHeader } from "../tar-header.ts";

/** A member of an archive to be built. */
export interface BuiltMember {
  readonly name: string;
  readonly content: Uint8Array;
  /** Default: "0", a file. */
  readonly type?: string;
}

/** Builds a tar archive for tests, with members of any type. */
export function buildTar(members: readonly BuiltMember[]): Buffer {
  const parts = members.flatMap(({ name, content, type = "0" }) => {
    const header = signed(writeTarHeader({ name, sizeBytes: content.length, modifiedAt: 0 }), type);
    return [header, content, Buffer.alloc(tarRoom(content.length) - content.length)];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * TAR_BLOCK_BYTES)]);
}

/** Changes the type of a header, or leaves it, and makes its checksum anew. */
export function signed(header: Buffer, type = header.toString("latin1", 156, 157)): Buffer {
  header.write(type, 156, "latin1");
  header.fill(" ", 148, 156);
  const sum = header.subarray(0, TAR_BLOCK_BYTES).reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return header;
}

/** A record of an extended header. */
export function paxRecord(key: string, value: string): string {
  const body = ` ${key}=${value}\n`;
  const length = Buffer.byteLength(body) + String(Buffer.byteLength(body) + 2).length;
  return `${length}${body}`;
}

/** One disk of an OVF to be built; attributes are put in as they stand. */
export interface BuiltOvfDisk {
  readonly href: string;
  readonly capacity?: string;
  readonly units?: string;
  readonly file?: string;
  readonly disk?: string;
}

/** Builds an OVF for tests, spelled as another exporter would: with a prefix, comments, and sections in another order. */
export function buildOvf(disks: readonly BuiltOvfDisk[], more = ""): Buffer {
  const sections = disks.map(
    ({ capacity = "1", units = "byte * 2^20", disk = "" }, index) =>
      `<ovf:Disk ovf:diskId='d${index}' ovf:fileRef="f${index}" ovf:capacity="${capacity}" ovf:capacityAllocationUnits="${units}" ${disk}></ovf:Disk>`,
  );
  const files = disks.map(({ href, file = "" }, index) => `<ovf:File ovf:id="f${index}" ovf:href="${href}" ${file}/>`);
  return Buffer.from(
    `<?xml version="1.0"?>\n<!-- <not> & an element -->\n<ovf:Envelope xmlns:ovf="http://schemas.dmtf.org/ovf/envelope/1">` +
      `<ovf:DiskSection><ovf:Info>x &amp; y</ovf:Info>${sections.join("")}</ovf:DiskSection>` +
      `<ovf:References>${files.join("\n")}</ovf:References><![CDATA[ <a> ]]>${more}</ovf:Envelope>\n`,
  );
}
