import type { StepContext } from "@tintype/jobs/job-kind.ts";
import type { BringFileDeps, BroughtFile } from "./bring-file.ts";
import { importOf } from "./import-work.ts";
import { inPreference } from "../images/wanted-stores.ts";
import { eachStore } from "./each-store.ts";

/** Where the file of an import is, and where it could not be brought; names of stores. */
export interface SpreadFile {
  readonly stores: readonly string[];
  readonly failed: readonly string[];
}

/**
 * Copies the file of an import from the store that it was brought to into the others that are wanted.
 *
 * Repeat  a store that has it already takes no time
 * Memory  as `NamedStores.replicate`
 * Throws  as `eachStore`
 */
export async function spreadFile(
  deps: Pick<BringFileDeps, "stores" | "log">,
  { store, failed: triedBefore, received }: BroughtFile,
  context: StepContext,
): Promise<SpreadFile> {
  const { stores, uploadedId, mustSucceed, imageId } = importOf(context.job);
  const others = stores.filter((name) => name !== store && !triedBefore.includes(name));
  const disks = [{ blobId: uploadedId, dataBytes: received.dataBytes }];
  const { done, failed } = await eachStore(deps, { names: others, disks, mustSucceed, imageId }, context);
  return { stores: inPreference(deps.stores, [store, ...done]), failed: [...triedBefore, ...failed] };
}
