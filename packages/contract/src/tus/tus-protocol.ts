import { Type } from "typebox";

/** The one version of the tus protocol that is spoken. */
export const tusVersion = "1.0.0";

/** Extensions of the protocol, as `Tus-Extension` names them. */
export const tusExtensions = [
  "creation",
  "creation-with-upload",
  "creation-defer-length",
  "expiration",
  "checksum",
  "termination",
] as const;

/** Checksums that `Upload-Checksum` may carry, and their lengths in bytes. */
export const tusChecksums = { sha256: 32, sha1: 20, md5: 16, crc32: 4 } as const;

/** Where uploads are begun. */
export const uploadsPath = "/api/v1/uploads";

/** Type of bodies that carry bytes of a file. */
export const offsetStream = "application/offset+octet-stream";

/** Type of bodies that carry records of a file: see `chunk-records.ts`. */
export const chunkStream = "application/vnd.tintype.chunks";

/** Tells the length of the chunks whose digests can be asked for. Absent where nothing can be asked. */
export const chunkSizeHeader = "upload-chunk-size";

/** Length of `Upload-Metadata`. */
export const longestUploadMetadata = 8192;

const text = (description: string) => Type.Optional(Type.String({ description }));
const TusResumable = text("1.0.0, the version of the protocol");
const UploadChecksum = text("Checksum of the body: the algorithm, a space, and the digest in base64");

/** Headers of the request that begins an upload. */
export const CreateUploadHeaders = Type.Object({
  "tus-resumable": TusResumable,
  "upload-length": text("Length of the file in bytes"),
  "upload-defer-length": text("1 when the length is not known yet"),
  "upload-metadata": text("Names and base64 values, with commas between them: bucket and key, or image; filetype"),
  "upload-checksum": UploadChecksum,
});

/** Headers of a request that sends bytes. */
export const ContinueUploadHeaders = Type.Object({
  "tus-resumable": TusResumable,
  "upload-offset": text("Where the bytes begin in the file: where the upload stands"),
  "upload-length": text("Length of the file in bytes, when it was not known before"),
  "upload-checksum": UploadChecksum,
});

/** Headers of every other request. */
export const UploadHeaders = Type.Object({ "tus-resumable": TusResumable });
