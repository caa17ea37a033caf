import { digestLengths } from "@tintype/contract/image-v2/locations.ts";
import { isDeepStrictEqual } from "node:util";
import { withoutSecrets } from "../../audit/secret-fields.ts";
import type { ImageLocation, ImageRecord, PromisedDigests } from "../../ports/image-catalog.ts";
import type { Limits } from "../../quotas/limits.ts";
import { awaitsContent } from "../awaits-content.ts";
import type { Rule } from "../check-rules.ts";
import type { LocationChange, LocationSettings } from "./location-change.ts";
import { shownLocations, storeLocation } from "./shown-locations.ts";

/** A change of the places of an image, and the image as it is before. */
export interface LocationStep<Op extends LocationChange["op"] = LocationChange["op"]> {
  readonly image: ImageRecord;
  readonly change: Extract<LocationChange, { readonly op: Op }>;
  readonly settings: LocationSettings;
  readonly limits: Limits;
  /** How long what lies at a new place is, as far as it says. */
  readonly lengths: ReadonlyMap<string, number>;
}

const longestShown = 200;
const shownUrl = (url: string): string => withoutSecrets(url).slice(0, longestShown);
const id = ({ image }: Pick<LocationStep, "image">) => ({ id: image.id });
const pathOf = (index: number | undefined): string => `/locations/${index ?? "-"}`;

/** Digests that are known of the content, or promised. */
function knownDigests({ file, promised }: ImageRecord): PromisedDigests {
  return file === undefined ? (promised?.digests ?? {}) : { md5: file.md5, [file.digest.algorithm]: file.digest.value };
}

/** How many places of the service itself come before those that the owner named. */
export function ownPlaces(image: ImageRecord): number {
  return storeLocation(image) === undefined ? 0 : 1;
}

/** The first of what a client claims that is not known of the image. */
function differing({ image, change: { location } }: LocationStep<"add">): string | undefined {
  const known = knownDigests(image);
  const { claim } = location;
  if (claim === undefined || awaitsContent(image)) {
    return undefined;
  }
  const claimed: PromisedDigests = { ...(claim.md5 !== undefined && { md5: claim.md5 }), [claim.algorithm]: claim.value };
  return (Object.keys(claimed) as (keyof PromisedDigests)[]).find((algorithm) => claimed[algorithm] !== known[algorithm]);
}

function otherLength({ image, change, lengths }: LocationStep<"add">): boolean {
  const [told, known] = [lengths.get(change.location.url), (image.file ?? image.promised)?.lengthBytes];
  return told !== undefined && known !== undefined && told !== known;
}

/** Places by their names alone, in one order. */
const urlsOf = (locations: readonly ImageLocation[]): readonly string[] => locations.map(({ url }) => url).toSorted();

/** All changes of the places of an image that are asked for at once: also one that is taken away again by the next is asked. */
export const patchRules: readonly Rule<{ readonly changes: readonly LocationChange[]; readonly limits: Limits }>[] = [
  {
    name: "added",
    requirement: "image-api-v2 §1.13, CVE-2026-71198",
    code: "image.tooMany",
    holds: ({ changes, limits }) => addedBy(changes) <= limits.locations.perImage,
    data: ({ changes, limits }) => ({ what: "locations", count: addedBy(changes), limit: limits.locations.perImage }),
  },
];

function addedBy(changes: readonly LocationChange[]): number {
  return changes.filter(({ op }) => op === "add").length;
}

/** What comes before every change of places. */
export const locationRules: readonly Rule<LocationStep>[] = [
  {
    name: "locationsAreShown",
    requirement: "image-api-v2 §1.9",
    code: "image.locationsHidden",
    holds: ({ settings }) => settings.locations === "shown",
  },
  {
    name: "settled",
    requirement: "image-api-v2 §1.9",
    code: "image.locationsState",
    holds: ({ image }) => awaitsContent(image) || image.status === "active" || image.status === "active elsewhere",
    data: ({ image }) => ({ id: image.id, status: image.status }),
  },
];

/** When a place is added. */
export const addingRules: readonly Rule<LocationStep<"add">>[] = [
  {
    name: "place",
    requirement: "image-api-v2 §1.9",
    code: "image.locationPath",
    holds: ({ image, change: { index } }) => index === undefined || (index >= ownPlaces(image) && index <= shownLocations(image).length),
    data: ({ change }) => ({ path: pathOf(change.index), problem: "no location may come there" }),
  },
  {
    name: "once",
    requirement: "image-api-v2 §1.9",
    code: "image.locationTwice",
    holds: ({ image, change }) => image.locations.every(({ url }) => url !== change.location.url),
    data: ({ change }) => ({ url: shownUrl(change.location.url) }),
  },
  {
    name: "count",
    requirement: "image-api-v2 §1.9, §1.13",
    code: "image.tooMany",
    holds: ({ image, limits }) => image.locations.length < limits.locations.perImage,
    data: ({ image, limits }) => ({ what: "locations", count: image.locations.length + 1, limit: limits.locations.perImage }),
  },
  {
    name: "formatsAreSet",
    requirement: "image-api-v2 §1.7",
    code: "image.formatMissing",
    holds: ({ image }) => !awaitsContent(image) || (image.diskFormat !== "" && image.containerFormat !== ""),
    data: ({ image }) => ({ name: image.diskFormat === "" ? "disk_format" : "container_format" }),
  },
  {
    name: "configuredDigest",
    requirement: "image-api-v2 §1.9",
    code: "image.promiseDiffers",
    holds: ({ change: { location }, settings }) => location.claim === undefined || location.claim.algorithm === settings.digest,
    data: ({ settings }) => ({ problem: `the algorithm of digests is ${settings.digest} here` }),
  },
  {
    name: "sameContent",
    requirement: "image-api-v2 §1.9, OSSN-0065",
    code: "image.promiseDiffers",
    holds: (step) => differing(step) === undefined,
    data: (step) => ({ problem: `its ${differing(step)} is another one, or was not known when the image became active` }),
  },
  {
    name: "digestLength",
    requirement: "image-api-v2 §1.9",
    code: "image.invalidBody",
    holds: ({ change: { location }, settings }) =>
      location.claim === undefined || location.claim.value.length === digestLengths[settings.digest],
    data: ({ settings }) => ({ problem: `a ${settings.digest} has ${digestLengths[settings.digest]} hexadecimal digits` }),
  },
  {
    name: "sameLength",
    requirement: "OSSN-0065",
    code: "image.promiseDiffers",
    holds: (step) => !otherLength(step),
    data: ({ image, change, lengths }) => ({
      problem: `there are ${lengths.get(change.location.url)} bytes, and the image has ${(image.file ?? image.promised)?.lengthBytes}`,
    }),
  },
];

/** When all places are replaced: they stay the same ones. */
export const replacingRules: readonly Rule<LocationStep<"replace">>[] = [
  {
    name: "notEmpty",
    requirement: "image-api-v2 §1.9, CVE-2016-0757",
    code: "image.lastLocation",
    holds: ({ change }) => change.locations.length > 0,
    data: id,
  },
  {
    name: "samePlaces",
    requirement: "image-api-v2 §1.9, OSSN-0065",
    code: "image.locationsFixed",
    holds: ({ image, change }) => isDeepStrictEqual(urlsOf(change.locations), urlsOf(shownLocations(image))),
    data: () => ({ problem: "they are not those that the image has" }),
  },
  {
    name: "storeSpeaksForItself",
    requirement: "image-api-v2 §1.9",
    code: "image.locationsFixed",
    holds: ({ image, change }) => {
      const own = storeLocation(image);
      return own === undefined || isDeepStrictEqual(change.locations.find(({ url }) => url === own.url)?.metadata, own.metadata);
    },
    data: () => ({ problem: "the metadata of the service's own place is the service's" }),
  },
];

/** When a place is removed. */
export const removingRules: readonly Rule<LocationStep<"remove">>[] = [
  {
    name: "place",
    requirement: "image-api-v2 §1.9",
    code: "image.locationPath",
    holds: ({ image, change }) => change.index < shownLocations(image).length,
    data: ({ change }) => ({ path: pathOf(change.index), problem: "there is none" }),
  },
  {
    name: "contentStays",
    requirement: "image-api-v2 §1.9, CVE-2016-0757",
    code: "image.lastLocation",
    holds: ({ image, change }) => change.index >= ownPlaces(image) && shownLocations(image).length > 1,
    data: id,
  },
];
