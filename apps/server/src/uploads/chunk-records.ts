import { digestBytes, longestRecordData, recordHeadBytes, recordKinds } from "@tintype/contract/tus/chunk-records.ts";
import { ServiceError } from "@tintype/contract/service-error.ts";

/** A record of a file, or a piece of one of data. */
export type ChunkRecord =
  | { readonly kind: "zeros"; readonly lengthBytes: number }
  | { readonly kind: "reference"; /** SHA-256 in hex. */ readonly digest: string }
  | { readonly kind: "data"; /** Good until the next record is asked for. */ readonly bytes: Uint8Array };

const headLengths = new Map<number, number>([
  [recordKinds.zeros, recordHeadBytes.zeros],
  [recordKinds.reference, recordHeadBytes.reference],
  [recordKinds.data, recordHeadBytes.data],
]);

/**
 * Reads the records of a body, as `packages/contract/src/tus/chunk-records.ts` describes them. Nothing is taken for granted.
 *
 * Memory  one piece of the body, and the 33 bytes of a record's head
 * Throws  tus.recordsBroken, where the body is at fault; what the body throws
 */
export async function* readChunkRecords(body: AsyncIterable<Uint8Array>): AsyncGenerator<ChunkRecord, void, undefined> {
  const reader = new RecordReader();
  for await (const piece of body) {
    for (let rest = piece; rest.length > 0;) {
      const { record, taken } = reader.take(rest);
      rest = rest.subarray(taken);
      if (record !== undefined) {
        yield record;
      }
    }
  }
  reader.end();
}

class RecordReader {
  readonly #head = Buffer.alloc(recordHeadBytes.reference);
  #headBytes = 0;
  /** Bytes of data that are still to come. */
  #dataBytes = 0;
  /** Where the current record begins in the body. */
  #startedAt = 0;
  #at = 0;

  /** Takes something off the beginning of what came. Answers a record when that completed one. */
  take(bytes: Uint8Array): { readonly record: ChunkRecord | undefined; readonly taken: number } {
    const taken = this.#dataBytes > 0 ? Math.min(this.#dataBytes, bytes.length) : this.#takeHead(bytes);
    this.#at += taken;
    if (this.#dataBytes > 0) {
      this.#dataBytes -= taken;
      return { record: { kind: "data", bytes: bytes.subarray(0, taken) }, taken };
    }
    return { record: this.#headBytes === this.#headLength() ? this.#recordOfHead() : undefined, taken };
  }

  /** The body ended. */
  end(): void {
    if (this.#headBytes > 0 || this.#dataBytes > 0) {
      throw this.#broken("it ends within a record");
    }
  }

  #takeHead(bytes: Uint8Array): number {
    if (this.#headBytes === 0) {
      this.#startedAt = this.#at;
      this.#head[0] = bytes[0] ?? 0;
      this.#headBytes = 1;
      // Known kinds are longer than this one byte, and others are refused here.
      this.#headLength();
      return 1;
    }
    const taken = Math.min(this.#headLength() - this.#headBytes, bytes.length);
    this.#head.set(bytes.subarray(0, taken), this.#headBytes);
    this.#headBytes += taken;
    return taken;
  }

  #headLength(): number {
    const kind = this.#head.readUInt8(0);
    const length = headLengths.get(kind);
    if (length === undefined) {
      throw this.#broken(`there is no record of the kind ${kind}`);
    }
    return length;
  }

  #recordOfHead(): ChunkRecord | undefined {
    this.#headBytes = 0;
    switch (this.#head.readUInt8(0)) {
      case recordKinds.zeros: {
        const lengthBytes = Number(this.#head.readBigUInt64BE(1));
        if (lengthBytes < 1 || !Number.isSafeInteger(lengthBytes)) {
          throw this.#broken(`a run of ${lengthBytes} zeros cannot be`);
        }
        return { kind: "zeros", lengthBytes };
      }
      case recordKinds.reference:
        return { kind: "reference", digest: this.#head.toString("hex", 1, 1 + digestBytes) };
      default: {
        const lengthBytes = this.#head.readUInt32BE(1);
        if (lengthBytes < 1 || lengthBytes > longestRecordData) {
          throw this.#broken(`a record of ${lengthBytes} bytes of data cannot be, it has 1 to ${longestRecordData}`);
        }
        this.#dataBytes = lengthBytes;
        return undefined;
      }
    }
  }

  #broken(reason: string): ServiceError {
    return new ServiceError("tus.recordsBroken", { at: this.#startedAt, reason });
  }
}
