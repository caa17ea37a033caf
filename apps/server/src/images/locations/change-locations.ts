import type { ImageLocation, ImageRecord, PromisedDigests } from "../../ports/image-catalog.ts";
import { awaitsContent } from "../awaits-content.ts";
import { checkRules } from "../check-rules.ts";
import type { ContentClaim, LocationChange } from "./location-change.ts";
import { addingRules, locationRules, ownPlaces, patchRules, removingRules, replacingRules } from "./location-rules.table.ts";
import type { LocationStep } from "./location-rules.table.ts";
import { storeLocation } from "./shown-locations.ts";

/** What changes of an image with its places. */
export type Placed = Pick<ImageRecord, "status" | "locations" | "promised">;

/**
 * Changes the places of an image, one change after the other. The first place of an image that waits for content makes it active elsewhere,
 * with what is promised of the content; nothing that is known of the content changes later.
 *
 * Throws  the rules of locations
 */
export function changeLocations(
  image: ImageRecord,
  changes: readonly LocationChange[],
  facts: Omit<LocationStep, "image" | "change">,
): Placed {
  checkRules(patchRules, { changes, limits: facts.limits });
  const { status, locations, promised } = changes.reduce<ImageRecord>(
    (before, change) => ({ ...before, ...changed(before, change, facts) }),
    image,
  );
  return { status, locations, promised };
}

function changed(image: ImageRecord, change: LocationChange, facts: Omit<LocationStep, "image" | "change">): Partial<Placed> {
  const step = { ...facts, image };
  checkRules(locationRules, { ...step, change });
  switch (change.op) {
    case "add":
      checkRules(addingRules, { ...step, change });
      return added({ ...step, change });
    case "replace":
      checkRules(replacingRules, { ...step, change });
      return { locations: change.locations.filter(({ url }) => url !== storeLocation(image)?.url).map(bare) };
    case "remove":
      checkRules(removingRules, { ...step, change });
      return { locations: image.locations.toSpliced(change.index - ownPlaces(image), 1) };
    default:
      return change satisfies never;
  }
}

function added({ image, change, lengths }: LocationStep<"add">): Partial<Placed> {
  const { index, location } = change;
  const place = index === undefined ? image.locations.length : index - ownPlaces(image);
  const locations = image.locations.toSpliced(place, 0, bare(location));
  if (!awaitsContent(image)) {
    return { locations };
  }
  const lengthBytes = lengths.get(location.url);
  const promised = { ...(lengthBytes !== undefined && { lengthBytes }), digests: digestsOf(location.claim) };
  return { locations, status: "active elsewhere", promised };
}

/** The rules let pass only claims with an algorithm of ours. */
function digestsOf(claim: ContentClaim | undefined): PromisedDigests {
  return claim === undefined ? {} : { ...(claim.md5 !== undefined && { md5: claim.md5 }), [claim.algorithm]: claim.value };
}

function bare({ url, metadata }: ImageLocation): ImageLocation {
  return { url, metadata };
}
