/** A local file cannot be sent as it is: it is empty, no regular file, or changes meanwhile. */
export class FileError extends Error {
  override readonly name = "FileError";
}
