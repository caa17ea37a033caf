import { createCipheriv } from "node:crypto";

/** Bytes that do not compress and are the same for the same seed: the key stream of AES-CTR. */
export function seededBytes(seed: number, lengthBytes: number): Buffer {
  const key = Buffer.alloc(16);
  key.writeUInt32LE(seed, 0);
  return createCipheriv("aes-128-ctr", key, Buffer.alloc(16)).update(Buffer.alloc(lengthBytes));
}

/** Whole numbers in `[0, limit)`, the same sequence for the same seed. */
export function seededNumbers(seed: number): (limit: number) => number {
  const stream = seededBytes(seed, 4096);
  let at = 0;
  return (limit) => {
    const value = stream.readUInt32LE(at);
    at = (at + 4) % stream.length;
    return value % limit;
  };
}
