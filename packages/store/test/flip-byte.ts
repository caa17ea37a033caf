import { open } from "node:fs/promises";

/** Changes the bits of one byte of a file that `mask` has. The same again undoes it. */
export async function flipByte(path: string, offset: number, mask = 1): Promise<void> {
  await using file = await open(path, "r+");
  const byte = Buffer.alloc(1);
  await file.read(byte, 0, 1, offset);
  await file.write(Buffer.of((byte[0] ?? 0) ^ mask), 0, 1, offset);
}
