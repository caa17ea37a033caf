import { ServiceError } from "@tintype/contract/service-error.ts";
import { DuplicateError } from "../ports/catalog.ts";
import type { MetadefKind } from "../ports/metadef-catalog.ts";

/** What is defined, as refusals name it. */
export type MetadefThing = MetadefKind | "namespace";

const words: Readonly<Record<MetadefThing, string>> = {
  namespace: "namespace",
  property: "property",
  object: "object",
  tag: "tag",
  resourceType: "resource type",
};
const longestToldName = 100;

/** The refusal of a call for something that is not there, or not for the caller. */
export function metadefNotFound(thing: MetadefThing, name: string): ServiceError {
  return new ServiceError("image.metadefNotFound", { kind: words[thing], name: name.slice(0, longestToldName) });
}

/** Words what a catalog says about a name that is taken. Throws  image.metadefTaken */
export async function refuseTaken<T>(thing: MetadefThing, name: string, writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (error) {
    const data = { kind: words[thing], name: name.slice(0, longestToldName) };
    throw error instanceof DuplicateError ? new ServiceError("image.metadefTaken", data, { cause: error }) : error;
  }
}
