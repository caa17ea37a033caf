import assert from "node:assert/strict";
import { test } from "node:test";
import { anImage } from "./image-catalog.contract.ts";
import type { BlobId } from "@tintype/store/blob-store.ts";
import type { ImageCatalog, ImageDisk, ImageFile, ImageFilter, ImageRecord, TagQuery, TimeCondition } from "./image-catalog.ts";
import type { ImageId, ProjectId } from "./ids.ts";

const mine = "p-mine" as ProjectId;
const theirs = "p-theirs" as ProjectId;

const aFile = (lengthBytes: number): ImageFile => ({
  lengthBytes,
  md5: "0".repeat(32),
  digest: { algorithm: "sha512", value: "1".repeat(128) },
});
const aDisk = (virtualSizeBytes: number): ImageDisk => ({ blobId: "0".repeat(32) as BlobId, virtualSizeBytes, dataBytes: 0 });

/** What every condition of a list must select. `open` answers an empty catalog. */
export function imageFilterContract(open: () => Promise<ImageCatalog>): void {
  /** Images named by their place: `0`, `1`, ….  */
  async function filled(images: readonly Partial<ImageRecord>[]): Promise<ImageCatalog> {
    const catalog = await open();
    for (const [index, image] of images.entries()) {
      await catalog.insert(anImage({ id: String(index) as ImageId, createdAt: index, ...image }));
    }
    return catalog;
  }

  /** The places of what a filter selects, also when somebody asks, and how many the catalog counts. */
  async function selected(catalog: ImageCatalog, filter: ImageFilter): Promise<string> {
    const images = (await catalog.list(filter, { limit: 100 })) ?? [];
    const seen = (await catalog.list({ ...filter, visibleTo: mine }, { limit: 100 })) ?? [];
    assert.deepEqual(
      seen,
      images.filter(({ projectId }) => projectId === mine),
    );
    assert.equal(await catalog.countMatching(filter), images.length);
    return images
      .map(({ id }) => id)
      .toSorted()
      .join("");
  }

  const equalities: readonly (readonly [condition: ImageFilter, has: Partial<ImageRecord>])[] = [
    [{ description: "x" }, { description: "x" }],
    [{ containerFormat: "ova" }, { containerFormat: "ova" }],
    [{ diskFormat: "iso" }, { diskFormat: "iso" }],
    [{ minDiskGiB: 41 }, { minDiskGiB: 41 }],
    [{ minRamMiB: 0 }, { minRamMiB: 0 }],
    [{ osType: "Windows" }, { osType: "Windows" }],
    [{ osBit: "32" }, { osBit: "32" }],
    [{ osVersion: "w" }, { osVersion: "w" }],
    [{ platform: "Oracle Linux" }, { platform: "Oracle Linux" }],
    [{ architecture: "x86" }, { architecture: "x86" }],
    [{ firmware: "bios" }, { firmware: "bios" }],
    [{ protected: false }, { protected: false }],
    [{ origin: "image,i" }, { origin: "image,i" }],
    [{ encryptionKeyId: "k-2" }, { encryption: { keyId: "k-2" } }],
    [{ isEncrypted: false }, { encryption: undefined }],
    [{ enterpriseProjectIds: ["e-1", "e-2"] }, { enterpriseProjectId: "e-2" }],
    [{ kind: ["iso", "whole"] }, { kind: "whole" }],
    [{ nameContains: "B.c%" }, { name: "ab.C%d" }],
    [{ oneOf: { name: ["x", "b", "c"] } }, { name: "b" }],
    [{ oneOf: { id: ["1", "9"] } }, {}],
    [{ oneOf: { diskFormat: ["raw", "vhd"], containerFormat: ["bare", "ova"] } }, { diskFormat: "vhd" }],
    [{ isHidden: false }, { isHidden: false }],
    [{ amounts: [{ field: "fileBytes", least: 10, most: 10 }] }, { file: aFile(10) }],
    [
      {
        amounts: [
          { field: "fileBytes", least: 10 },
          { field: "minDiskGiB", most: 39 },
        ],
      },
      { file: aFile(11), minDiskGiB: 39 },
    ],
    [{ amounts: [{ field: "virtualBytes", most: 7 }] }, { disks: [aDisk(7)] }],
    [{ amounts: [{ field: "minRamMiB", least: 2 }] }, { minRamMiB: 2 }],
    [{ file: { md5: "a".repeat(32) } }, { file: { ...aFile(1), md5: "a".repeat(32) } }],
    [
      { file: { digest: "b".repeat(64), algorithm: "sha256" } },
      { file: { ...aFile(1), digest: { algorithm: "sha256", value: "b".repeat(64) } } },
    ],
    [{ properties: { free: "other" } }, { properties: { free: "other" } }],
    [{ properties: { a: "1", b: "" } }, { properties: { a: "1", b: "", c: "3" } }],
  ];
  for (const [condition, has] of equalities) {
    test(`the condition ${JSON.stringify(condition)} selects what has it`, async () => {
      const catalog = await filled([{}, has, { name: "abxC%" }]);
      assert.equal(await selected(catalog, condition), "1");
      assert.equal(await selected(catalog, {}), "012");
    });
  }

  test("an empty list of words selects nothing, an empty text is in every name", async () => {
    const catalog = await filled([{}, {}]);
    assert.equal(await selected(catalog, { status: [] }), "");
    assert.equal(await selected(catalog, { kind: [] }), "");
    assert.equal(await selected(catalog, { visibility: [] }), "");
    assert.equal(await selected(catalog, { enterpriseProjectIds: [] }), "");
    assert.equal(await selected(catalog, { nameContains: "" }), "01");
    assert.equal(await selected(catalog, { tags: {}, times: [], properties: {} }), "01");
  });

  const tagged: readonly Partial<ImageRecord>[] = [
    { tags: ["env=prod", "team=a"] },
    { tags: ["env=test", "team=a"] },
    { tags: ["env"] },
    { tags: ["env=a=b"] },
    { tags: [] },
    { tags: ["env=prod"], projectId: theirs },
  ];
  const env = (...values: string[]) => ({ key: "env", values });
  const team = (...values: string[]) => ({ key: "team", values });
  const tagQueries: readonly (readonly [query: TagQuery, places: string])[] = [
    [{ all: [env()] }, "01235"],
    [{ all: [env("prod")] }, "05"],
    [{ all: [env("prod", "test")] }, "015"],
    [{ all: [env("")] }, "2"],
    [{ all: [env("a=b")] }, "3"],
    [{ all: [env("PROD")] }, ""],
    [{ all: [env("prod"), team("a")] }, "0"],
    [{ all: [team("a"), env()] }, "01"],
    [{ all: [] }, "012345"],
    [{ any: [env("prod"), team("a")] }, "015"],
    [{ any: [team()] }, "01"],
    [{ any: [] }, "012345"],
    [{ notAll: [env("prod"), team("a")] }, "12345"],
    [{ notAll: [env()] }, "4"],
    [{ notAll: [] }, "012345"],
    [{ notAny: [env("prod"), team("a")] }, "234"],
    [{ notAny: [env("test", "")] }, "0345"],
    [{ notAny: [] }, "012345"],
    [{ all: [env()], notAny: [team()] }, "235"],
    [{ any: [env("prod"), env("test")], notAll: [env("prod"), team()] }, "15"],
    [{ none: true }, "4"],
    [{ none: true, all: [env()], any: [env()], notAny: [env()] }, "4"],
    [{ none: false }, "012345"],
  ];
  for (const [query, places] of tagQueries) {
    test(`the query by tags ${JSON.stringify(query)} selects ${places === "" ? "nothing" : places}`, async () => {
      assert.equal(await selected(await filled(tagged), { tags: query }), places);
    });
  }

  test("pages of a query by tags meet every image once, in every order", async () => {
    const images = Array.from({ length: 9 }, (_, index) => ({
      tags: index % 3 === 0 ? [] : ["k=v"],
      name: `n${index % 2}`,
      createdAt: index % 4,
    }));
    const catalog = await filled(images);
    for (const sort of [undefined, { key: "name", direction: "asc" }, { key: "createdAt", direction: "asc" }] as const) {
      const filter: ImageFilter = { visibleTo: mine, tags: { all: [{ key: "k", values: ["v"] }] } };
      const order = sort && { sort };
      const whole = (await catalog.list(filter, { limit: 100, ...order })) ?? [];
      const first = (await catalog.list(filter, { limit: 2, ...order })) ?? [];
      const rest = (await catalog.list(filter, { limit: 100, after: first.at(-1)?.id ?? "", ...order })) ?? [];
      assert.equal(whole.length, 6);
      assert.deepEqual([...first, ...rest], whole);
      assert.deepEqual(await catalog.list(filter, { limit: 2, offset: 3, ...order }), whole.slice(3, 5));
    }
  });

  test("changed tags and attributes select anew, and those of an image that is gone select nothing", async () => {
    const catalog = await filled([{ tags: ["old=1"], properties: { p: "1" } }]);
    const id = "0" as ImageId;
    const byTag = (key: string) => selected(catalog, { tags: { all: [{ key, values: [] }] } });
    await catalog.update(id, { tags: ["new"], updatedAt: 1 });
    assert.deepEqual([await byTag("old"), await byTag("new"), await selected(catalog, { properties: { p: "1" } })], ["", "0", "0"]);
    await catalog.changeStatus(id, ["queued"], "active", { properties: { q: "2" }, updatedAt: 2 });
    assert.deepEqual([await byTag("new"), await selected(catalog, { properties: { p: "1" } })], ["0", ""]);
    assert.equal(await selected(catalog, { properties: { q: "2" } }), "0");
    await catalog.remove(id, ["active"]);
    await catalog.insert(anImage({ id, tags: [], properties: {} }));
    assert.deepEqual([await byTag("new"), await selected(catalog, { properties: { q: "2" } })], ["", ""]);
  });

  // 10.0 s, 10.999 s, 11.0 s.
  const instants = [10_000, 10_999, 11_000];
  const timeConditions: readonly (readonly [operator: TimeCondition["operator"], instant: number, places: string])[] = [
    ["gt", 10_000, "2"],
    ["gte", 10_000, "012"],
    ["gte", 11_000, "2"],
    ["lt", 11_000, "01"],
    ["lt", 10_000, ""],
    ["lte", 10_000, "01"],
    ["eq", 10_000, "01"],
    ["eq", 10_500, "01"],
    ["neq", 10_000, "2"],
    ["neq", 12_000, "012"],
  ];
  for (const field of ["createdAt", "updatedAt"] as const) {
    test(`times of ${field} are compared by whole seconds`, async () => {
      const catalog = await filled(instants.map((instant) => ({ [field]: instant })));
      for (const [operator, instant, places] of timeConditions) {
        assert.equal(await selected(catalog, { times: [{ field, operator, instant }] }), places, `${operator} ${instant}`);
      }
      const between = [
        { field, operator: "gte", instant: 10_000 },
        { field, operator: "lt", instant: 11_000 },
      ] as const;
      assert.equal(await selected(catalog, { times: between }), "01");
    });
  }

  test("an image without a file or a disk is outside of all bounds, and words that no digest has select nothing", async () => {
    const catalog = await filled([
      { file: undefined, disks: [] },
      { file: aFile(0), disks: [aDisk(0)] },
    ]);
    assert.equal(await selected(catalog, { amounts: [{ field: "fileBytes", most: 5 }] }), "1");
    assert.equal(await selected(catalog, { amounts: [{ field: "virtualBytes", least: -5 }] }), "1");
    assert.equal(await selected(catalog, { file: { md5: "%" } }), "");
    assert.equal(await selected(catalog, { file: { digest: "" } }), "");
    assert.equal(await selected(catalog, { oneOf: { name: [] } }), "");
    await catalog.update("0" as ImageId, { file: aFile(3), disks: [aDisk(4)], updatedAt: 1 });
    assert.equal(
      await selected(catalog, {
        amounts: [
          { field: "fileBytes", least: 1 },
          { field: "virtualBytes", least: 4 },
        ],
      }),
      "0",
    );
  });

  test("an image without a file is as long as its file is promised to be, until it has one; what is promised selects nothing else", async () => {
    const promised = { lengthBytes: 5, digests: { md5: "a".repeat(32) } };
    const catalog = await filled([{ file: undefined, promised }, { file: undefined }]);
    const amounts = (bytes: number) => ({ amounts: [{ field: "fileBytes", least: bytes, most: bytes }] }) as const;
    assert.equal(await selected(catalog, amounts(5)), "0");
    assert.equal(await selected(catalog, { file: { md5: "a".repeat(32) } }), "");
    await catalog.update("1" as ImageId, { promised: { ...promised, lengthBytes: 6 }, updatedAt: 1 });
    assert.equal(await selected(catalog, amounts(6)), "1");
    await catalog.update("1" as ImageId, { file: aFile(7), updatedAt: 2 });
    assert.equal(await selected(catalog, amounts(7)), "1");
  });

  test("images of the community come only when they are asked for, and one's own always", async () => {
    const community = { visibility: "community" } as const;
    const catalog = await filled([community, { ...community, projectId: theirs }, {}, { projectId: theirs }]);
    const idsOf = async (filter: ImageFilter) => ((await catalog.list(filter, { limit: 10 })) ?? []).map(({ id }) => id).join("");
    assert.equal(await idsOf({ visibleTo: mine }), "20");
    assert.equal(await idsOf({ visibleTo: mine, community: "all" }), "210");
    assert.equal(await idsOf({ visibleTo: mine, community: "all", visibility: ["community"] }), "10");
    assert.equal(await idsOf({ visibleTo: mine, community: "all", projectId: theirs }), "1");
    assert.equal(await idsOf({ visibleTo: mine, visibility: ["community"] }), "0");
    assert.equal(await idsOf({}), "3210");
    assert.equal(await idsOf({ community: { onlyOf: mine } }), "320");
    assert.equal(await catalog.countMatching({ visibleTo: mine, community: "all" }), 3);
  });

  test("several keys order a list, the file's length among them, and its pages meet every image once", async () => {
    const images = Array.from({ length: 12 }, (_, index) => ({
      name: `n${index % 2}`,
      file: index % 3 === 0 ? undefined : aFile(index % 3),
      updatedAt: index % 4,
    }));
    const catalog = await filled(images);
    const order = {
      sort: { key: "fileBytes", direction: "asc" },
      thenBy: [
        { key: "name", direction: "desc" },
        { key: "updatedAt", direction: "asc" },
      ],
    } as const;
    const whole = (await catalog.list({ visibleTo: mine }, { limit: 100, ...order })) ?? [];
    const keyOf = ({ file, name, updatedAt }: ImageRecord) => `${file?.lengthBytes ?? "-"} ${name} ${updatedAt}`;
    assert.deepEqual(whole.map(keyOf).slice(0, 5), ["- n1 1", "- n1 3", "- n0 0", "- n0 2", "1 n1 1"]);
    for (let place = 0; place < whole.length; place += 1) {
      const after = whole[place]?.id ?? "";
      assert.deepEqual(await catalog.list({ visibleTo: mine }, { limit: 100, after, ...order }), whole.slice(place + 1));
    }
  });

  test("public images of all projects and own ones come in one order", async () => {
    const others = { projectId: theirs, visibility: "public" } as const;
    const catalog = await filled([{}, others, {}, others, { projectId: theirs }, { visibility: "public" }]);
    const idsOf = async (filter: ImageFilter) => ((await catalog.list(filter, { limit: 10 })) ?? []).map(({ id }) => id).join("");
    assert.equal(await idsOf({ visibleTo: mine }), "53210");
    assert.equal(await idsOf({ visibleTo: mine, visibility: ["public"] }), "531");
    assert.equal(await idsOf({ visibleTo: mine, visibility: ["private"] }), "20");
    assert.equal(await idsOf({ visibleTo: mine, projectId: theirs }), "31");
    assert.equal(await idsOf({ visibleTo: mine, projectId: mine }), "520");
    assert.equal(await idsOf({ visibleTo: mine, id: "3" }), "3");
    assert.equal(await idsOf({ visibleTo: mine, id: "4" }), "");
  });
}
