/** Digests that clients of the dialects ask for. */
export type DigestAlgorithm = "md5" | "sha1" | "sha256" | "sha512" | "crc32" | "crc32c" | "crc64nvme";

/** Digests of one content while it passes. Disposal without `finish` drops them. */
export interface RunningDigest extends Disposable {
  /** Takes the next bytes. The memory may be reused once the promise is settled; it waits while the digests lag behind. */
  update(bytes: Uint8Array): Promise<void>;
  /** Ends the content; answers every digest as lower-case hex. */
  finish(): Promise<ReadonlyMap<DigestAlgorithm, string>>;
}

/** Computes digests without holding up the event loop. */
export interface ContentDigests extends AsyncDisposable {
  /** `expectedBytes` decides where it is worth computing: a small content is done at once, a large one elsewhere. */
  start(algorithms: readonly DigestAlgorithm[], expectedBytes: number): RunningDigest;
}
