import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { JobKindFixture } from "@tintype/jobs/testing/job-kind-checks.ts";
import { testJobKind } from "@tintype/jobs/testing/job-kind-suite.ts";
import { inlineDigests } from "../adapters/digests/inline-digests.ts";
import { declareImage } from "../images/declared/declare-image.ts";
import { defaultImageKey } from "../keys/default-image-key.ts";
import type { ImageServices } from "../ports/image-services.ts";
import type { ProjectId } from "../ports/ids.ts";
import type { UrlReader } from "../ports/url-reader.ts";
import { fullStores } from "../testing/full-stores.ts";
import { TransferWorld, principalOf, sampleDisk } from "../testing/transfer-world.ts";
import { stageFile } from "../transfers/files/stage-file.ts";
import { imageImportJob } from "./image-import-job.ts";
import { wantedStores } from "../images/wanted-stores.ts";
import type { StoreWish } from "../images/wanted-stores.ts";
import type { FileMethod } from "./import-method.ts";
import { startImageImport } from "./start-image-import.ts";

const content = sampleDisk(3);
const caller = principalOf("p", "member");
const project = "p" as ProjectId;
const remoteId = "5e7a2f3c-8f0b-4f3e-9a55-0d8b7a0c1d2e";
const remote = {
  status: "active",
  disk_format: "raw",
  container_format: "bare",
  checksum: createHash("md5").update(content).digest("hex"),
  hw_cpu_cores: "5",
  speed: "88mph",
};

const urlReader: UrlReader = {
  check: async () => {},
  async open(url) {
    const answer = url.endsWith(remoteId) ? Buffer.from(JSON.stringify(remote)) : content;
    const pieces = async function* () {
      yield answer.subarray(0, 1000);
      yield answer.subarray(1000);
    };
    return { lengthBytes: answer.length, contentType: "", pieces: pieces(), [Symbol.asyncDispose]: async () => {} };
  },
};

const imageServices: ImageServices = {
  addressOf: () => "http://elsewhere/image",
  lendToken: async () => ({ token: "lent", [Symbol.asyncDispose]: async () => {} }),
};

interface Choices {
  readonly isEncrypted?: boolean;
  readonly wish?: StoreWish;
  /** Stores that take nothing. */
  readonly full?: readonly string[];
}

const usual: StoreWish = { names: undefined, mustSucceed: true };

/** An import that was asked for and not yet run. */
async function openFixture(method: FileMethod, { isEncrypted = false, wish = usual, full = [] }: Choices = {}): Promise<JobKindFixture> {
  const world = await TransferWorld.open({ moreStores: ["far", "near"] });
  const stores = fullStores(world.stores, new Set(full));
  const files = { formatMatch: "required", digest: "sha512" } as const;
  const { catalog, store, keys, clock, ids, log, limits, osLists } = world;
  const fetching = { digests: inlineDigests(), files, urlReader, imageServices, jobs: { dispatch() {} } };
  const deps = { catalog, store, keys, clock, ids, log, limits, osLists, stores, ...fetching };
  const words = { name: "n", description: "", visibility: "private", protected: false, isHidden: false } as const;
  const formats = { containerFormat: "bare", diskFormat: "raw", minDiskGiB: 0, minRamMiB: 0, tags: [], properties: {} };
  const declared = await declareImage(deps, caller, { id: undefined, ownerId: undefined, fields: { ...words, ...formats } });
  if (isEncrypted) {
    await world.catalog.images.remove(declared.id, ["queued"]);
    await world.catalog.images.insert({ ...declared, encryption: { keyId: (await defaultImageKey(world.keys, project)).id } });
  }
  if (method.name === "glance-direct") {
    const body = (async function* () {
      yield content;
    })();
    await stageFile(deps, caller, { imageId: declared.id, upload: { lengthBytes: content.length, body, sha256: undefined } });
  }
  const { input } = await startImageImport(deps, caller, {
    imageId: declared.id,
    method,
    wish,
    requestId: "req-1",
    type: "api_image_import",
  });
  let isJobDone = false;
  return {
    kind: () => imageImportJob(deps),
    input,
    projectId: project,
    subjectId: declared.id,
    // The suite asks first before the job runs. The image is there then and later; what was staged must be gone after a failure.
    async leftovers() {
      const things = isJobDone ? (await world.contents()).filter((thing) => thing !== `image ${declared.id} queued`) : [];
      isJobDone = true;
      return things;
    },
    async verify(job) {
      const image = await world.catalog.images.get(declared.id);
      assert.equal(image?.status, "active");
      assert.equal(image.file?.md5, remote.checksum);
      assert.equal(image.file.lengthBytes, content.length);
      assert.deepEqual(image.properties, method.name === "glance-download" ? { hw_cpu_cores: "5" } : {});
      assert.deepEqual(job.result, { imageId: declared.id, failed: [] });
      const [disk] = image.disks;
      assert.ok(disk && Buffer.from(await world.readBlob(disk.blobId)).equals(content));
      assert.deepEqual(await world.contents(), [`blob ${disk.blobId}`, `image ${declared.id} active`]);
      const expected = wantedStores(world.stores, wish).filter((name) => !full.includes(name));
      assert.deepEqual(image.stores.toSorted(), expected.toSorted());
      assert.deepEqual(await world.stores.holding(disk.blobId), expected);
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

testJobKind("an import of a staged file", () => openFixture({ name: "glance-direct" }));
testJobKind("an import from an address, of an encrypted image", () =>
  openFixture({ name: "web-download", uri: "http://files/disk.raw" }, { isEncrypted: true }),
);
testJobKind("an import from another image service", () =>
  openFixture({ name: "glance-download", region: "elsewhere", imageId: remoteId, endpointInterface: "public" }),
);
testJobKind("an import of a staged file to all stores", () =>
  openFixture({ name: "glance-direct" }, { isEncrypted: true, wish: { names: "all", mustSucceed: true } }),
);
testJobKind("an import of a staged file to stores that it does not lie in, of which one takes nothing", () =>
  openFixture({ name: "glance-direct" }, { wish: { names: ["near", "far"], mustSucceed: false }, full: ["far"] }),
);
testJobKind("an import from an address to several stores, of which the first takes nothing", () =>
  openFixture({ name: "web-download", uri: "http://files/disk.raw" }, { wish: { names: "all", mustSucceed: false }, full: ["main"] }),
);
