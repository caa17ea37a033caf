import type { RetryPolicy } from "../timing/retrying.ts";
import type { Timers } from "../timing/timers.ts";

/** An access key of the S3 service, with the token that temporary ones come with. */
export interface S3Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Where a bucket is and how to use it. */
export interface S3Options {
  /** For instance `https://s3.eu-central-1.amazonaws.com` or `http://127.0.0.1:9000`. */
  readonly endpoint: string;
  /** What requests are signed for; most services of one's own take `us-east-1`. */
  readonly region: string;
  readonly bucket: string;
  /** What the keys of all files start with, as `tintype/`; may be empty. Everything under it belongs to the store. */
  readonly prefix: string;
  /** A function is asked again when its credentials have run out. */
  readonly credentials: S3Credentials | (() => Promise<S3Credentials & { readonly expiration?: Date }>);
  /** The bucket's name in the path instead of in front of the host name. Right for most services but AWS. Default true. */
  readonly forcePathStyle?: boolean;
  /** Buffers of `partBytes` that uploads may fill at a time, all together. Default 4. */
  readonly uploadBuffers?: number;
  /** A connection on which nothing moved for so long is given up. Default 60 s. */
  readonly idleTimeoutMs?: number;
  readonly connectTimeoutMs?: number;
  readonly retry?: RetryPolicy;
  readonly timers?: Timers;
  /** Told about what went wrong without failing anything, as uploads that could not be cleared away. */
  readonly warn?: (message: string) => void;
}

const miB = 1024 * 1024;

/** Content up to this length is sent in one request, anything larger in parts of this length. */
export const partBytes = 8 * miB;

/**
 * Most parts that an upload may have.
 *
 * Source  Amazon S3 user guide, "Amazon S3 multipart upload limits"
 */
export const maxParts = 10_000;
