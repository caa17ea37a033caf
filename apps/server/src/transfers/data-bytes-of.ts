/** What has a map of data and zeros: a blob, or a disk. */
interface Mapped {
  extents(options: { readonly signal?: AbortSignal }): AsyncIterable<{ readonly kind: string; readonly length: number }>;
}

/** Counts the bytes that are not zeros, by the map: no content is read. */
export async function dataBytesOf(mapped: Mapped, signal?: AbortSignal): Promise<number> {
  let dataBytes = 0;
  for await (const { kind, length } of mapped.extents(signal === undefined ? {} : { signal })) {
    dataBytes += kind === "data" ? length : 0;
  }
  return dataBytes;
}
