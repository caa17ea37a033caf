import { ServiceError } from "@tintype/contract/service-error.ts";
import type { JobKind, StepContext } from "@tintype/jobs/job-kind.ts";
import type { JobRecord } from "@tintype/jobs/job-record.ts";
import type { Catalog } from "../ports/catalog.ts";
import type { Clock } from "../ports/clock.ts";
import type { ImageRecord } from "../ports/image-catalog.ts";
import type { Log } from "../ports/log.ts";
import type { NamedStores } from "../ports/named-stores.ts";
import { inPreference } from "../images/wanted-stores.ts";
import { removeCopies } from "../images/remove-copies.ts";
import { describeImportError } from "./describe-import-error.ts";
import { eachStore } from "./each-store.ts";
import { storeCopyKind, storeCopyOf } from "./import-work.ts";
import type { StoreCopy } from "./import-work.ts";

/** What the job works with. */
export interface StoreCopyDeps {
  readonly catalog: Catalog;
  readonly stores: NamedStores;
  readonly clock: Clock;
  readonly log: Log;
}

/** What came of it. */
interface StoreCopyOutput {
  readonly imageId: string;
  /** Names of the stores that do not have it. */
  readonly failed: readonly string[];
}

/**
 * Brings the content of an image to more stores, while the image stays in use. Where all must succeed, the image is said to be in them when
 * it is in all of them, and a failure leaves it where it was; otherwise every store counts that has everything.
 *
 * Restart  the step may run again: what is in a store already takes no time
 */
export function storeCopyJob(deps: StoreCopyDeps): JobKind {
  return {
    name: storeCopyKind,
    steps: [{ name: "copy", run: async (context) => ({ ...(await copy(deps, context)) }) }],
    describeError: describeImportError,
    onEnded: (job) => clear(deps, job),
  };
}

async function copy(deps: StoreCopyDeps, context: StepContext): Promise<StoreCopyOutput> {
  const work = storeCopyOf(context.job);
  const { imageId, disks, stores: names, mustSucceed } = work;
  const onDone = (name: string): Promise<void> => keep(deps, work, [name]);
  const { done, failed } = await eachStore(deps, { imageId, disks, names, mustSucceed, ...(!mustSucceed && { onDone }) }, context);
  await keep(deps, work, done);
  await removeCopies(deps, disks, failed);
  return { imageId, failed };
}

/** Says that the image is in more stores. Throws  image.gone when it was deleted meanwhile */
async function keep({ catalog, stores, clock }: StoreCopyDeps, work: StoreCopy, names: readonly string[]): Promise<void> {
  await catalog.transaction(async ({ images }) => {
    const image = await images.get(work.imageId);
    if (image === undefined || !hasContent(image, work)) {
      throw new ServiceError("image.gone", { id: work.imageId });
    }
    await images.update(image.id, { stores: inPreference(stores, [...image.stores, ...names]), updatedAt: clock.now() });
  });
}

function hasContent(image: ImageRecord, { disks }: StoreCopy): boolean {
  return image.disks.length === disks.length && image.disks.every(({ blobId }, index) => blobId === disks[index]?.blobId);
}

/** What ended early leaves nothing where all had to succeed; otherwise what the image says that it has, also from within the recycle bin. */
async function clear(deps: StoreCopyDeps, job: JobRecord): Promise<void> {
  const work = storeCopyOf(job);
  if (work.mustSucceed) {
    await takeBack(deps, work);
  }
  const kept = await toldOf(deps, work);
  await removeCopies(
    deps,
    work.disks,
    work.stores.filter((name) => !kept.includes(name)),
  );
}

/** It may have been told at the last moment. The image is in some store that no copy was for; should it not be, it stays where it is. */
async function takeBack({ catalog, clock }: StoreCopyDeps, { imageId, stores }: StoreCopy): Promise<void> {
  await catalog.transaction(async ({ images }) => {
    const told = (await images.get(imageId))?.stores ?? [];
    const left = told.filter((name) => !stores.includes(name));
    if (left.length > 0 && left.length < told.length) {
      await images.update(imageId, { stores: left, updatedAt: clock.now() });
    }
  });
}

/** An image that is restored meanwhile is in one of the two. */
async function toldOf({ catalog }: StoreCopyDeps, work: StoreCopy): Promise<readonly string[]> {
  return await catalog.transaction(async ({ images, recycleBin }) => {
    const image = (await images.get(work.imageId)) ?? (await recycleBin.get(work.imageId))?.image;
    return image !== undefined && hasContent(image, work) ? image.stores : [];
  });
}
