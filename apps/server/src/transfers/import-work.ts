import type { BlobId } from "@tintype/store/blob-store.ts";
import type { ImageKind } from "../ports/image-catalog.ts";
import type { ImageId, JobId, ProjectId } from "../ports/ids.ts";

/** Names of the job kinds that make images from files; also their names in both job queries. */
export const importKinds = {
  /** One file, one system image; also an installer disc. */
  image: "imsImportImageJob",
  /** One file, one data image. */
  dataImage: "imsImportDataImageJob",
  /** A file that is taken as it is. */
  quick: "imsImportBigFileImageJob",
  /** The content of an image that was made by its metadata. */
  native: "imsNativeImportImageJob",
  /** A system image and data images: of an OVA, or of several files. */
  machine: "imsImportOvaImageJob",
  /** Data images of several files. */
  dataImages: "imsVolumesToSysDataImagesJob",
} as const;

export type ImportKind = (typeof importKinds)[keyof typeof importKinds];

/** Kinds that make several images, and so have parts. */
export const kindsWithParts: ReadonlySet<string> = new Set<ImportKind>([importKinds.machine, importKinds.dataImages]);

/** What a file must be, and what is done with it: a disk in any format, one that is taken as it is, an installer disc, or whichever it is. */
export type ImportWay = "normal" | "quick" | "iso" | "native";

/** The names of an image that may come to be. They are fixed before the job starts, so that every attempt works on the same image and the same blob. */
export type PlannedNames = {
  readonly imageId: ImageId;
  readonly blobId: BlobId;
  /** Names the part of the job that makes this image. */
  readonly partId: JobId;
};

/** One file, and the image that it becomes. */
export type ImportPart = PlannedNames & {
  readonly imageName: string;
  readonly kind: ImageKind;
  readonly way: ImportWay;
  readonly bucket: string;
  readonly key: string;
  /** The disk in the file must not be larger. */
  readonly minDiskGiB: number;
  /** As it was told, to say so when it is not in the list. */
  readonly toldOsVersion?: string;
};

/** What an import is about. */
export type ImportInput = {
  /** Of the first image. */
  readonly imageName: string;
  readonly parts: readonly ImportPart[];
  /** True when the file of the first part is an OVA. */
  readonly isArchive: boolean;
  /** For the further disks of an archive. */
  readonly spares: readonly PlannedNames[];
  /** True when the files shall be deleted once the images are there. */
  readonly deletesSources?: boolean;
};

/** An import, and whose it is. */
export type ImportWork = ImportInput & { readonly projectId: ProjectId };
