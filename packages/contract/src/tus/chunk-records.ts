/**
 * A run of a file as records, one behind the other. Numbers are big-endian.
 *
 * - `zeros`      1 byte 0, 8 bytes length (at least 1): so many zeros
 * - `reference`  1 byte 1, 32 bytes SHA-256: the chunk of that digest, which the service said not to want
 * - `data`       1 byte 2, 4 bytes length (1 to 4 MiB), the bytes themselves
 */
export const recordKinds = { zeros: 0, reference: 1, data: 2 } as const;

/** Bytes of each record in front of its data. */
export const recordHeadBytes = { zeros: 9, reference: 33, data: 5 } as const;

/** Longest data of one record: the largest chunk that a store can have. */
export const longestRecordData = 4 * 1024 * 1024;

/** Bytes of a digest. */
export const digestBytes = 32;

/** A record of zeros. Throws RangeError for a length that is none. */
export function zerosRecord(lengthBytes: number): Uint8Array<ArrayBuffer> {
  const record = headOf("zeros");
  record.view.setBigUint64(1, BigInt(checked(lengthBytes, Number.MAX_SAFE_INTEGER)));
  return record.bytes;
}

/** A record that refers to a chunk. Throws RangeError for a digest of another length. */
export function referenceRecord(digest: Uint8Array): Uint8Array<ArrayBuffer> {
  checked(digest.length === digestBytes ? 1 : 0, 1);
  const { bytes } = headOf("reference");
  bytes.set(digest, 1);
  return bytes;
}

/** What stands in front of so many bytes of data. Throws RangeError for a length that is none. */
export function dataRecordHead(lengthBytes: number): Uint8Array<ArrayBuffer> {
  const record = headOf("data");
  record.view.setUint32(1, checked(lengthBytes, longestRecordData));
  return record.bytes;
}

function headOf(kind: keyof typeof recordKinds): { readonly bytes: Uint8Array<ArrayBuffer>; readonly view: DataView } {
  const bytes = new Uint8Array(recordHeadBytes[kind]);
  bytes[0] = recordKinds[kind];
  return { bytes, view: new DataView(bytes.buffer) };
}

function checked(length: number, most: number): number {
  if (!Number.isSafeInteger(length) || length < 1 || length > most) {
    throw new RangeError(`A record of ${length} bytes cannot be.`);
  }
  return length;
}
