/** Words of the Image API that its schema, its checks and its pages agree on. */

/** Where an image may be in its life. */
export const imageStatuses = [
  "queued",
  "saving",
  "active",
  "killed",
  "deleted",
  "uploading",
  "importing",
  "pending_delete",
  "deactivated",
] as const;

/** Who may see an image. */
export const imageVisibilities = ["community", "public", "private", "shared"] as const;

/** Formats of a container. */
export const containerFormats = ["ami", "ari", "aki", "bare", "ovf", "ova", "docker", "compressed"] as const;

/** Formats of a disk: Glance's, and behind them those that only this service and Huawei Cloud know. */
export const diskFormats = [
  "ami",
  "ari",
  "aki",
  "vhd",
  "vhdx",
  "vmdk",
  "raw",
  "qcow2",
  "vdi",
  "iso",
  "ploop",
  "zvhd2",
  "zvhd",
  "qed",
  "qcow",
] as const;

/** Form of an image's id, in any case. */
export const uuidPattern = "^([0-9a-fA-F]){8}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){4}-([0-9a-fA-F]){12}$";

/** Largest number that `min_disk` and `min_ram` take. */
export const mostMinimum = 2_147_483_647;
