import { BLOCK_ZERO, VDI_SIGNATURE, VDI_VERSION } from "../vdi-header.ts";
import { writeVdiUuid } from "../vdi-uuid.ts";

/** What one block of the guest's disk is to be. `bytes` are as long as a block. */
export type VdiBlock = { readonly kind: "data"; readonly bytes: Uint8Array } | { readonly kind: "zero" };

/** A VDI image to be built. Physical order is the order of `blocks`, by number of the guest's block. */
export interface VdiRecipe {
  readonly sizeBytes: number;
  readonly blocks: ReadonlyMap<number, VdiBlock>;
  /** 1 dynamic, 2 fixed, 3 undo, 4 differencing. Default 1. */
  readonly type?: number;
  /** Default 4096, so that images stay small. */
  readonly blockBytes?: number;
  readonly mapOffset?: number;
  readonly dataOffset?: number;
  readonly uuid?: string;
  readonly modificationUuid?: string;
  readonly parent?: { readonly uuid: string; readonly modificationUuid: string };
}

/** A built image, and where its parts are, for tests that break one of them. */
export interface BuiltVdi {
  readonly file: Buffer;
  readonly blockBytes: number;
  readonly blocks: number;
  readonly mapOffset: number;
  readonly dataOffset: number;
}

export const VDI_UUID = "11111111-2222-4333-8444-555555555555";
export const VDI_MODIFICATION_UUID = "66666666-7777-4888-8999-aaaaaaaaaaaa";

/** Builds a VDI image for tests, byte by byte, so that each odd case can be made that no tool would write. */
export function buildVdi(recipe: VdiRecipe): BuiltVdi {
  const { sizeBytes, blockBytes = 4096, mapOffset = 512 } = recipe;
  const blocks = Math.ceil(sizeBytes / blockBytes);
  const dataOffset = recipe.dataOffset ?? Math.ceil((mapOffset + blocks * 4) / 512) * 512;
  const head = Buffer.alloc(dataOffset);
  const stored: Uint8Array[] = [];
  head.fill(0xff, mapOffset, mapOffset + blocks * 4);
  for (const [block, content] of recipe.blocks) {
    head.writeUInt32LE(content.kind === "zero" ? BLOCK_ZERO : stored.length, mapOffset + block * 4);
    if (content.kind === "data") {
      stored.push(content.bytes);
    }
  }
  head.write("<<< Test image >>>\n", 0);
  for (const [offset, value] of [
    [64, VDI_SIGNATURE],
    [68, VDI_VERSION],
    [72, 0x190],
    [76, recipe.type ?? 1],
    [340, mapOffset],
    [344, dataOffset],
    [360, 512],
    [376, blockBytes],
    [384, blocks],
    [388, stored.length],
  ] as const) {
    head.writeUInt32LE(value, offset);
  }
  head.writeBigUInt64LE(BigInt(sizeBytes), 368);
  head.set(writeVdiUuid(recipe.uuid ?? VDI_UUID), 392);
  head.set(writeVdiUuid(recipe.modificationUuid ?? VDI_MODIFICATION_UUID), 408);
  if (recipe.parent !== undefined) {
    head.set(writeVdiUuid(recipe.parent.uuid), 424);
    head.set(writeVdiUuid(recipe.parent.modificationUuid), 440);
  }
  return { file: Buffer.concat([head, ...stored]), blockBytes, blocks, mapOffset, dataOffset };
}

/** What the guest must read from an image built by the recipe, rounded up to whole sectors; without its parent, if it has one. */
export function vdiContent({ sizeBytes, blocks, blockBytes = 4096 }: VdiRecipe): Buffer {
  const content = Buffer.alloc(Math.ceil(sizeBytes / blockBytes) * blockBytes);
  for (const [block, wanted] of blocks) {
    if (wanted.kind === "data") {
      content.set(wanted.bytes, block * blockBytes);
    }
  }
  return content.subarray(0, Math.ceil(sizeBytes / 512) * 512);
}
