/** Bytes arrived different from what was sent. */
export class ChecksumError extends Error {
  override readonly name = "ChecksumError";
}
