import { constants, deflateRawSync } from "node:zlib";

const MIB = 1024 * 1024;
export const BLOCK_BYTES = 2 * MIB;
const PAGE_BYTES = 4096;

/** What to build. */
export interface ZvhdRecipe {
  readonly sizeBytes: number;
  /** Content of blocks by number, shorter than a block or whole. */
  readonly blocks: ReadonlyMap<number, Uint8Array>;
  /** Records look back at the ones before, as those of other writers do. Default: true. */
  readonly looksBack?: boolean | undefined;
}

export interface BuiltZvhd {
  readonly file: Buffer;
  /** Where each record begins. */
  readonly records: ReadonlyMap<number, number>;
}

/** Builds a ZVHD file for tests, by the offsets of the specification and without the code under test. */
export function buildZvhd({ sizeBytes, blocks, looksBack = true }: ZvhdRecipe): BuiltZvhd {
  const footer = buildBlock("stream\0\0", sizeBytes);
  const parts: Buffer[] = [footer];
  const records = new Map<number, number>();
  let offset = footer.length;
  let window: Buffer | undefined;
  for (const [block, bytes] of [...blocks].toSorted(([one], [other]) => one - other)) {
    const content = Buffer.alloc(BLOCK_BYTES);
    content.set(bytes);
    const payload = deflateRawSync(content, {
      finishFlush: constants.Z_SYNC_FLUSH,
      level: 1,
      ...(looksBack && window !== undefined ? { dictionary: window } : {}),
    });
    const record = buildRecord(block, parts.length === 1 ? Buffer.concat([Buffer.of(0x78, 0x01), payload]) : payload);
    window = content.subarray(-32_768);
    records.set(block, offset);
    parts.push(record);
    offset += record.length;
  }
  return { file: Buffer.concat([...parts, footer]), records };
}

/** A record, with rubbish for padding as other writers leave it. */
export function buildRecord(block: number, payload: Uint8Array): Buffer {
  const record = Buffer.alloc(Math.ceil((payload.length + 52) / PAGE_BYTES) * PAGE_BYTES, 0xa5);
  record.fill(0, 0, 48).write("hwstream bg\0");
  record.writeUInt32LE(payload.length, 12);
  record.writeUInt32LE(block, 16);
  record.set(payload, 48);
  record.write("end\0", record.length - 4);
  return record;
}

/** The block that begins and ends a file. */
export function buildBlock(cookie: string, sizeBytes: number): Buffer {
  const block = Buffer.alloc(PAGE_BYTES);
  block.write(cookie, 0, "latin1");
  block.writeUInt32LE(2, 8);
  block.writeUInt32LE(0x10000, 12);
  block.fill(0xff, 16, 24);
  block.write("tap", 28);
  block.writeUInt32LE(0x10003, 32);
  block.writeBigUInt64LE(BigInt(sizeBytes), 40);
  block.writeBigUInt64LE(BigInt(Math.ceil(sizeBytes / (1024 * MIB)) * 1024 * MIB), 48);
  block.writeUInt32LE(4, 60);
  block.write("0123456789abcdef", 68);
  return seal(block);
}

/** Makes the checksum right again after a change. */
export function seal(block: Buffer): Buffer {
  block.fill(0, 64, 68);
  block.writeUInt32LE(~block.subarray(0, 512).reduce((sum, byte) => sum + byte, 0) >>> 0, 64);
  return block;
}

/** What a disk of this recipe reads as. */
export function contentOf({ sizeBytes, blocks }: Pick<ZvhdRecipe, "sizeBytes" | "blocks">, blockBytes = BLOCK_BYTES): Buffer {
  const content = Buffer.alloc(Math.ceil(sizeBytes / 512) * 512);
  for (const [block, bytes] of blocks) {
    content.set(bytes.subarray(0, Math.max(content.length - block * blockBytes, 0)), block * blockBytes);
  }
  return content;
}
