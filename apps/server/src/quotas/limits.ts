/** Ceilings that an operator may set. The field names are those of the settings under `limits`, which have the documented defaults. */
export interface Limits {
  readonly images: {
    /** Private images a project may own. */
    readonly perProject: number;
  };
  readonly jobs: {
    /** Unfinished jobs a project may have. */
    readonly concurrentPerProject: number;
  };
  readonly imports: {
    /** Largest file of a normal import. */
    readonly maxFileGiB: number;
    /** Largest file of a fast import. */
    readonly maxQuickFileGiB: number;
    /** The data disk in a file must be smaller. */
    readonly maxDataCapacityGiB: number;
    /** What a data disk in a file holds must be less. */
    readonly maxDataStoredGiB: number;
    /** Data disks that one import may have beside its system disk. */
    readonly maxDataDisks: number;
    /** A file that is uploaded straight to an image must be smaller. */
    readonly maxUploadMiB: number;
  };
  readonly uploads: {
    /** Largest file that an image may be uploaded as. */
    readonly maxGiB: number;
  };
  readonly exports: {
    /** Largest disk of a normal export. */
    readonly maxDiskGiB: number;
    /** Largest disk of a fast export. */
    readonly maxQuickDiskGiB: number;
    /** Platforms of public images that may not leave, nor what goes back to them: names with commas between them. */
    readonly refusedPlatforms: string;
  };
  readonly copies: {
    /** Largest disk that may be copied within the region. */
    readonly maxDiskGiB: number;
    /** Largest disk that may be copied to another region. */
    readonly maxCrossRegionGiB: number;
    /** Regions from which larger disks may be copied to another one: names with commas between them. */
    readonly largeRegions: string;
    /** Largest disk that may be copied from one of those. */
    readonly maxLargeRegionGiB: number;
    /** Unfinished copies a project may have. */
    readonly concurrentPerProject: number;
  };
  readonly disks: {
    /** Smallest and largest system disk that an image may ask for. */
    readonly minSystemGiB: number;
    readonly maxSystemGiB: number;
    /** Smallest and largest data disk that an image may ask for. */
    readonly minDataGiB: number;
    readonly maxDataGiB: number;
  };
  readonly keys: {
    /** Master keys a project may have, its default keys apart. */
    readonly perProject: number;
  };
  readonly recycleBin: {
    /** How long deleted images can be restored; 0 for not at all. */
    readonly days: number;
  };
  readonly tags: {
    readonly perImage: number;
  };
  readonly predefinedTags: {
    readonly perDomain: number;
  };
  readonly enterpriseProjects: {
    /** Enterprise projects a domain may have, the default one apart. */
    readonly perDomain: number;
  };
  readonly members: {
    /** Projects that an image of a disk may be shared with. */
    readonly perImage: number;
    /** Projects that an image of a whole machine may be shared with. */
    readonly perWholeImage: number;
    /** Projects that one call may name. */
    readonly perCall: number;
  };
  readonly traces: {
    /** Traces older than this are not shown, and are removed. */
    readonly shownDays: number;
    /** Refused calls of nobody known that are traced one by one. */
    readonly unknownPerMinute: number;
  };
  readonly imageApi: {
    /** Tags of one image that it may get through the OpenStack Image API. */
    readonly tagsPerImage: number;
    /** Content of a project's images in all, files that wait for their import, and images that a file is on its way to; 0 for any. */
    readonly storedGiB: number;
    readonly stagedGiB: number;
    readonly incoming: number;
  };
  readonly properties: {
    /** Free attributes of one image. */
    readonly perImage: number;
  };
  readonly locations: {
    /** Locations of one image that its owner named. */
    readonly perImage: number;
  };
}

export const bytesPerGiB = 1024 ** 3;

/** The names in a setting that is a list. */
export function namesIn(list: string): readonly string[] {
  return list
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}
