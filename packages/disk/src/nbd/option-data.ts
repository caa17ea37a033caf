/** Reads an option's data piece by piece; every length in it is checked against what is left. */
class OptionData {
  readonly #data: Buffer;
  #at = 0;

  constructor(data: Buffer) {
    this.#data = data;
  }

  get leftBytes(): number {
    return this.#data.length - this.#at;
  }

  /** Answers undefined when so much is not there. */
  take(length: number): Buffer | undefined {
    if (length > this.leftBytes) {
      return undefined;
    }
    this.#at += length;
    return this.#data.subarray(this.#at - length, this.#at);
  }

  u16(): number | undefined {
    return this.take(2)?.readUInt16BE();
  }

  u32(): number | undefined {
    return this.take(4)?.readUInt32BE();
  }

  /** A text behind its length. */
  text(): string | undefined {
    const length = this.u32();
    return length === undefined ? undefined : this.take(length)?.toString("utf8");
  }
}

/** What GO and INFO carry. */
export interface InfoRequest {
  readonly exportName: string;
  readonly infoTypes: readonly number[];
}

/** Answers undefined for data that does not add up. */
export function parseInfoRequest(bytes: Buffer): InfoRequest | undefined {
  const data = new OptionData(bytes);
  const exportName = data.text();
  const count = data.u16();
  if (exportName === undefined || count === undefined || data.leftBytes !== 2 * count) {
    return undefined;
  }
  return { exportName, infoTypes: Array.from({ length: count }, () => data.u16() ?? 0) };
}

/** What the two options about metadata contexts carry. */
export interface ContextRequest {
  readonly exportName: string;
  readonly queries: readonly string[];
}

/** Answers undefined for data that does not add up. */
export function parseContextRequest(bytes: Buffer): ContextRequest | undefined {
  const data = new OptionData(bytes);
  const exportName = data.text();
  const count = data.u32();
  // Each query takes 4 bytes at least.
  if (exportName === undefined || count === undefined || 4 * count > data.leftBytes) {
    return undefined;
  }
  const queries: string[] = [];
  for (let index = 0; index < count; index += 1) {
    const query = data.text();
    if (query === undefined) {
      return undefined;
    }
    queries.push(query);
  }
  return data.leftBytes === 0 ? { exportName, queries } : undefined;
}
