import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { DuplicateError } from "./catalog.ts";
import type { ImageCatalog, ImageFilter, ImagePage, ImageRecord, ImageSort } from "./image-catalog.ts";
import type { ImageId, ProjectId } from "./ids.ts";
import type { BlobId } from "@tintype/store/blob-store.ts";

const mine = "p-mine" as ProjectId;
const theirs = "p-theirs" as ProjectId;

/** An image with every field set, so that a field that an adapter forgets is noticed. */
export function anImage(fields: Partial<ImageRecord> = {}): ImageRecord {
  return {
    id: "i-1" as ImageId,
    projectId: mine,
    name: "n",
    description: "d",
    status: "queued",
    visibility: "private",
    protected: true,
    kind: "system",
    containerFormat: "bare",
    diskFormat: "zvhd2",
    minDiskGiB: 40,
    minRamMiB: 1,
    maxRamMiB: 2,
    disks: [{ blobId: "0".repeat(32) as BlobId, virtualSizeBytes: 2 ** 40, dataBytes: 7 }],
    stores: ["main", "far-away"],
    osType: "Linux",
    osBit: "64",
    osVersion: "v",
    platform: "p",
    architecture: "arm",
    firmware: "uefi",
    origin: "file,b:o",
    sourceFormat: "qcow2",
    enterpriseProjectId: "0",
    tags: ["k=v", "k2"],
    properties: { free: "attribute", __proto: "x" },
    createdAt: 1_000,
    updatedAt: 2_000,
    activeAt: 3_000,
    encryption: { keyId: "k-1" },
    lineage: { fromIso: true, fromPublicPlatform: "Windows" },
    isPublished: true,
    memberCount: 3,
    isHidden: true,
    file: { lengthBytes: 9, md5: "0".repeat(32), digest: { algorithm: "sha512", value: "0".repeat(128) } },
    locations: [{ url: "http://h/1", metadata: { foo: "bar", deep: { list: [1, null] } } }],
    promised: { digests: { md5: "0".repeat(32) } },
    ...fields,
  };
}

/** What every image catalog must do. `open` answers an empty one. */
export function imageCatalogContract(open: () => Promise<ImageCatalog>): void {
  async function filled(images: readonly Partial<ImageRecord>[]): Promise<ImageCatalog> {
    const catalog = await open();
    for (const [index, image] of images.entries()) {
      await catalog.insert(anImage({ id: `i-${index}` as ImageId, createdAt: index, ...image }));
    }
    return catalog;
  }

  async function idsOf(catalog: ImageCatalog, filter: ImageFilter, sort?: ImageSort): Promise<readonly string[]> {
    const images = await catalog.list(filter, { limit: 100, ...(sort && { sort }) });
    return (images ?? []).map(({ id }) => id);
  }

  test("an image comes back as it was inserted", async () => {
    const catalog = await open();
    const image = anImage();
    await catalog.insert(image);
    assert.deepEqual(await catalog.get(image.id), image);
  });

  test("fields that are not known come back as not known", async () => {
    const catalog = await open();
    const image = anImage({
      origin: undefined,
      sourceFormat: undefined,
      activeAt: undefined,
      encryption: undefined,
      disks: [],
      stores: [],
      tags: [],
      properties: {},
      locations: [],
      promised: undefined,
    });
    await catalog.insert(image);
    assert.deepEqual(await catalog.get(image.id), image);
  });

  test("an id that is taken is refused", async () => {
    const catalog = await filled([{}]);
    await assert.rejects(catalog.insert(anImage({ id: "i-0" as ImageId, name: "other" })), DuplicateError);
    assert.equal((await catalog.get("i-0" as ImageId))?.name, "n");
  });

  test("an unknown id is no image", async () => {
    const catalog = await open();
    assert.equal(await catalog.get("nobody" as ImageId), undefined);
    assert.equal(await catalog.update("nobody" as ImageId, { updatedAt: 1 }), undefined);
    assert.equal(await catalog.remove("nobody" as ImageId, ["active"]), undefined);
  });

  test("a list is newest first, by id among equals", async () => {
    const catalog = await filled([{ createdAt: 5 }, { createdAt: 9 }, { createdAt: 5 }]);
    assert.deepEqual(await idsOf(catalog, {}), ["i-1", "i-2", "i-0"]);
  });

  for (const sort of [undefined, { key: "name", direction: "asc" }, { key: "name", direction: "desc" }] as const) {
    test(`pages of a list ${sort ? `by ${sort.key} ${sort.direction}` : "without a sort"} meet every image once`, async () => {
      const catalog = await filled(Array.from({ length: 7 }, (_, index) => ({ createdAt: index % 3, name: `n${index % 2}` })));
      const whole = await idsOf(catalog, {}, sort);
      const paged: string[] = [];
      for (;;) {
        const after = paged.at(-1);
        const page = await catalog.list({}, { limit: 2, ...(sort && { sort }), ...(after !== undefined && { after }) });
        assert.ok(page);
        if (page.length === 0) {
          break;
        }
        paged.push(...page.map(({ id }) => id));
      }
      assert.equal(whole.length, 7);
      assert.deepEqual(paged, whole);
    });
  }

  test("a list can be sorted by name in both directions", async () => {
    const catalog = await filled([{ name: "b" }, { name: "a" }, { name: "c" }]);
    assert.deepEqual(await idsOf(catalog, {}, { key: "name", direction: "asc" }), ["i-1", "i-0", "i-2"]);
    assert.deepEqual(await idsOf(catalog, {}, { key: "name", direction: "desc" }), ["i-2", "i-0", "i-1"]);
  });

  test("a marker that names no image, or one that may not be seen, is told from an empty page", async () => {
    const catalog = await filled([{}, { projectId: theirs }]);
    assert.equal(await catalog.list({}, { after: "nobody", limit: 5 }), undefined);
    assert.equal(await catalog.list({ visibleTo: mine }, { after: "i-1", limit: 5 }), undefined);
    assert.deepEqual(await catalog.list({ visibleTo: mine }, { after: "i-0", limit: 5 }), []);
  });

  test("a project sees its own images and public ones", async () => {
    const catalog = await filled([{}, { projectId: theirs }, { projectId: theirs, visibility: "public" }]);
    assert.deepEqual(await idsOf(catalog, { visibleTo: mine }), ["i-2", "i-0"]);
    assert.deepEqual(await idsOf(catalog, {}), ["i-2", "i-1", "i-0"]);
  });

  test("every filter narrows, and all hold together", async () => {
    const catalog = await filled([
      { name: "a", status: "active" },
      { name: "a", status: "saving", kind: "data" },
      { name: "b", status: "queued", projectId: theirs, visibility: "public" },
    ]);
    assert.deepEqual(await idsOf(catalog, { id: "i-1" }), ["i-1"]);
    assert.deepEqual(await idsOf(catalog, { name: "a" }), ["i-1", "i-0"]);
    assert.deepEqual(await idsOf(catalog, { status: ["active", "queued"] }), ["i-2", "i-0"]);
    assert.deepEqual(await idsOf(catalog, { status: [] }), []);
    assert.deepEqual(await idsOf(catalog, { visibility: ["public"] }), ["i-2"]);
    assert.deepEqual(await idsOf(catalog, { kind: ["data"] }), ["i-1"]);
    assert.deepEqual(await idsOf(catalog, { projectId: theirs }), ["i-2"]);
    assert.deepEqual(await idsOf(catalog, { name: "a", status: ["queued"] }), []);
  });

  test("a page may begin behind so many images, also behind a marker", async () => {
    const catalog = await filled([{}, {}, {}, {}, {}]);
    const idsAt = async (page: ImagePage) => (await catalog.list({}, page))?.map(({ id }) => id);
    assert.deepEqual(await idsAt({ offset: 0, limit: 2 }), ["i-4", "i-3"]);
    assert.deepEqual(await idsAt({ offset: 3, limit: 10 }), ["i-1", "i-0"]);
    assert.deepEqual(await idsAt({ offset: 5, limit: 10 }), []);
    assert.deepEqual(await idsAt({ after: "i-4", offset: 1, limit: 2 }), ["i-2", "i-1"]);
  });

  test("what a filter selects can be counted", async () => {
    const catalog = await filled([{ name: "a" }, { name: "b" }, { name: "a", projectId: theirs }]);
    assert.equal(await catalog.countMatching({}), 3);
    assert.equal(await catalog.countMatching({ name: "a" }), 2);
    assert.equal(await catalog.countMatching({ name: "a", visibleTo: mine }), 1);
    assert.equal(await catalog.countMatching({ name: "c" }), 0);
  });

  test("images are counted by the stores that they lie in; those that lie in none are left out", async () => {
    const [one, both] = [["main"], ["far", "main"]];
    const catalog = await filled([{ stores: one }, { stores: both }, { stores: one, projectId: theirs }, { stores: [] }]);
    const counted = (await catalog.countByStores()).toSorted((left, right) => left.images - right.images);
    assert.deepEqual(counted, [
      { stores: both, images: 1 },
      { stores: one, images: 2 },
    ]);
  });

  test("the tags of the images that a filter selects come once each, in order", async () => {
    const catalog = await filled([{ tags: ["b", "a=2"] }, { tags: ["a=2", "a=1"] }, { tags: [] }, { tags: ["z"], projectId: theirs }]);
    assert.deepEqual(await catalog.tags({}), ["a=1", "a=2", "b", "z"]);
    assert.deepEqual(await catalog.tags({ visibleTo: mine }), ["a=1", "a=2", "b"]);
    assert.deepEqual(await catalog.tags({ id: "i-2" }), []);
  });

  test("what a project's images take is summed up by where it is", async () => {
    const disk = { blobId: "0".repeat(32) as BlobId, virtualSizeBytes: 100, dataBytes: 7 };
    const file = { lengthBytes: 20, md5: "", digest: { algorithm: "sha512", value: "" } } as const;
    const rows = [
      { status: "active", disks: [disk, disk] },
      { status: "active", disks: [disk], file },
      { status: "deactivated", disks: [disk], file },
      { status: "uploading", disks: [disk], file },
      { status: "importing", disks: [disk], file: { ...file, lengthBytes: 1000 } },
      { status: "saving" },
      { status: "queued" },
    ] as const;
    const catalog = await filled(rows.map((row) => ({ disks: [], file: undefined, promised: undefined, ...row })));
    assert.deepEqual(await catalog.usage(mine), { storedBytes: 14 + 20 + 20, stagedBytes: 20 + 1000, incoming: 3 });
    assert.deepEqual(await catalog.usage("p-none" as ProjectId), { storedBytes: 0, stagedBytes: 0, incoming: 0 });
  });

  test("the count of a project holds what it owns, whatever its status", async () => {
    const catalog = await filled([{ status: "active" }, { status: "queued" }, { projectId: theirs }]);
    assert.equal(await catalog.count(mine), 2);
    assert.equal(await catalog.count("p-none" as ProjectId), 0);
  });

  test("the count of a project follows every image that comes, goes, or moves, and no other change", async () => {
    const step = fc.record({
      id: fc.constantFrom("i-0", "i-1", "i-2").map((id) => id as ImageId),
      what: fc.constantFrom("insert", "remove", "move", "move in its status", "rename"),
      projectId: fc.constantFrom(mine, theirs),
      expected: fc.constantFrom("queued", "killed"),
    });
    type Step = typeof step extends fc.Arbitrary<infer Made> ? Made : never;
    const updatedAt = 1;
    const take = async (catalog: ImageCatalog, { id, what, projectId, expected }: Step) => {
      if (what === "insert" && (await catalog.get(id)) === undefined) {
        assert.equal(await catalog.insert(anImage({ id, projectId })), await catalog.count(projectId));
      } else if (what === "insert") {
        await assert.rejects(catalog.insert(anImage({ id, projectId })), DuplicateError);
      } else if (what === "remove") {
        await catalog.remove(id, [expected]);
      } else if (what === "move") {
        await catalog.update(id, { projectId, updatedAt });
      } else if (what === "move in its status") {
        await catalog.changeStatus(id, [expected], "queued", { projectId, updatedAt });
      } else {
        await catalog.update(id, { name: "other", updatedAt });
      }
    };
    const property = fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 60 }), async (steps) => {
      const catalog = await open();
      for (const taken of steps) {
        await take(catalog, taken);
      }
      for (const project of [mine, theirs]) {
        assert.equal(await catalog.count(project), await catalog.countMatching({ projectId: project }));
      }
    });
    await fc.assert(property, { numRuns: 10 });
  });

  test("an update changes the named fields and no other", async () => {
    const catalog = await filled([{}]);
    const changed = await catalog.update("i-0" as ImageId, { name: "new", protected: false, tags: [], origin: undefined, updatedAt: 9 });
    const expected = anImage({
      id: "i-0" as ImageId,
      createdAt: 0,
      name: "new",
      protected: false,
      tags: [],
      origin: undefined,
      updatedAt: 9,
    });
    assert.deepEqual(changed, expected);
    assert.deepEqual(await catalog.get("i-0" as ImageId), expected);
  });

  test("a status changes only from an expected one", async () => {
    const catalog = await filled([{ status: "queued" }]);
    const id = "i-0" as ImageId;
    assert.equal(await catalog.changeStatus(id, ["saving"], "active", { updatedAt: 5 }), undefined);
    assert.equal((await catalog.get(id))?.status, "queued");
    const changed = await catalog.changeStatus(id, ["queued", "saving"], "active", { updatedAt: 6, activeAt: 6 });
    assert.equal(changed?.status, "active");
    assert.equal(changed?.activeAt, 6);
  });

  test("an id is known to have been used while there is an image, and for ever after", async () => {
    const catalog = await filled([{ status: "active" }]);
    const id = "i-0" as ImageId;
    assert.equal(await catalog.wasUsed("i-1"), false);
    assert.equal(await catalog.wasUsed(id), true);
    await catalog.remove(id, ["queued"]);
    await catalog.remove(id, ["active"]);
    assert.equal(await catalog.wasUsed(id), true);
    await catalog.insert(anImage({ id }));
    await catalog.remove(id, ["queued"]);
    assert.equal(await catalog.wasUsed(id), true);
  });

  test("an image that goes to another project takes its tags and its place in the quota along", async () => {
    const catalog = await filled([{ tags: ["k"] }]);
    await catalog.update("i-0" as ImageId, { projectId: theirs, updatedAt: 1 });
    assert.deepEqual([await catalog.count(mine), await catalog.count(theirs)], [0, 1]);
    const tags = { all: [{ key: "k", values: [] }] };
    assert.equal((await catalog.list({ visibleTo: mine, tags }, { limit: 5 }))?.length, 0);
    assert.equal((await catalog.list({ visibleTo: theirs, tags }, { limit: 5 }))?.length, 1);
  });

  test("an image is removed only in an expected status, and answered once", async () => {
    const catalog = await filled([{ status: "saving" }]);
    const id = "i-0" as ImageId;
    assert.equal(await catalog.remove(id, ["active"]), undefined);
    assert.equal((await catalog.remove(id, ["saving"]))?.id, id);
    assert.equal(await catalog.remove(id, ["saving"]), undefined);
    assert.equal(await catalog.get(id), undefined);
  });
}
