import type { EncryptionRequest } from "../images/image-keys.ts";
import type { ImageTag } from "../images/image-tags.ts";
import type { Architecture, Firmware, ImageKind, OsType } from "../ports/image-catalog.ts";

/** What an image that is to be made shall be like, whatever it is made from. */
export interface NewImage {
  readonly name: string;
  readonly description: string;
  readonly kind: ImageKind;
  readonly minRamMiB: number;
  readonly maxRamMiB: number;
  readonly osVersion: string | undefined;
  readonly osType: OsType | undefined;
  readonly architecture: Architecture;
  /** UEFI on ARM and BIOS elsewhere when it is not told. */
  readonly firmware: Firmware | undefined;
  /** Who pays for the license of a Windows system. */
  readonly license?: "platform" | "byol" | undefined;
  readonly tags: readonly ImageTag[];
  readonly enterpriseProjectId: string;
  readonly properties: Readonly<Record<string, string>>;
  /** Undefined when it shall not be encrypted. */
  readonly encryption: EncryptionRequest | undefined;
}

/** An image to be made from a file in a bucket. */
export interface FileImport extends NewImage {
  /** `bucket:object` */
  readonly file: string;
  readonly minDiskGiB: number | undefined;
  /** True when the file shall be taken as it is. */
  readonly isQuick: boolean;
}
