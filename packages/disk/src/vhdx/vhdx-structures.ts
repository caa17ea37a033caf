/** Places and sizes that every VHDX has, in bytes. Source: [MS-VHDX] 2.2. */
export const MIB = 1024 * 1024;
export const FILE_ID = "vhdxfile";
export const HEADER_OFFSETS = [64 * 1024, 128 * 1024] as const;
export const HEADER_BYTES = 4096;
export const REGION_TABLE_OFFSETS = [192 * 1024, 256 * 1024] as const;
export const REGION_TABLE_BYTES = 64 * 1024;
export const METADATA_TABLE_BYTES = 64 * 1024;

/** Largest disk of the format. Source: [MS-VHDX] 2.6.2.2. */
export const MAX_VHDX_BYTES = 64 * 1024 ** 4;

/** Sectors that one block of sector bitmaps covers, whatever their size. Source: [MS-VHDX] 2.5.1. */
export const SECTORS_PER_CHUNK = 2 ** 23;

/** Regions. Source: [MS-VHDX] 2.2.3.2. */
export const regionGuids = {
  bat: "2dc27766-f623-4200-9d64-115e9bfd4a08",
  metadata: "8b7ca206-4790-4b9a-b8fe-575f050f886e",
} as const;

/** Metadata items. Source: [MS-VHDX] 2.6.2. */
export const itemGuids = {
  fileParameters: "caa16737-fa36-4d43-b3b6-33f0aa44e76b",
  virtualDiskSize: "2fa54224-cd1b-4876-b211-5dbed83bf4b8",
  page83: "beca12ab-b2e6-4523-93ef-c309e000c746",
  logicalSectorSize: "8141bf1d-a96f-4709-ba47-f233a8faab5f",
  physicalSectorSize: "cda348c7-445d-4471-9cc9-e9885251c556",
  parentLocator: "a8d35f2d-b30b-454d-abf7-d3d84834ab0c",
} as const;

/** The only kind of parent locator. Source: [MS-VHDX] 2.6.2.6.1. */
export const VHDX_PARENT_LOCATOR = "b04aefb7-d19e-4a81-b789-25b8e9445913";

/** What an entry of the block table says of its block. Source: [MS-VHDX] 2.5.1.1, and version 0.95 for `unmappedOld`. */
export const blockStates = { notPresent: 0, undefined: 1, zero: 2, unmapped: 3, unmappedOld: 5, full: 6, partial: 7 } as const;

/** Tells whether a number is a size of blocks that the format has. Source: [MS-VHDX] 2.6.2.1. */
export function isBlockSize(bytes: number): boolean {
  return bytes >= MIB && bytes <= 256 * MIB && Number.isInteger(Math.log2(bytes));
}

/** Payload blocks between two entries of sector bitmaps in the block table. */
export function chunkRatio(blockBytes: number, sectorBytes: number): number {
  return (SECTORS_PER_CHUNK * sectorBytes) / blockBytes;
}
