import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { anImage } from "./image-catalog.contract.ts";
import type { ImageCatalog, TagCondition, TagQuery } from "./image-catalog.ts";
import type { ImageId, ProjectId } from "./ids.ts";

/** Few keys and values, so that random images and queries meet; one key holds another, and one value is empty. */
const key = fc.constantFrom("a", "ab", "b", "A", "键", "x.y");
const value = fc.constantFrom("", "1", "12", "a", "1=2", "%");

const tag = fc.tuple(key, value).map(([name, text]) => (text === "" ? name : `${name}=${text}`));
const tags = fc.uniqueArray(tag, { maxLength: 4, selector: (text) => text.split("=")[0] });
const condition: fc.Arbitrary<TagCondition> = fc.record({ key, values: fc.uniqueArray(value, { maxLength: 3 }) });
const list = fc.uniqueArray(condition, { maxLength: 3, selector: (each) => each.key });
const query: fc.Arbitrary<TagQuery> = fc.record(
  { all: list, any: list, notAll: list, notAny: list, none: fc.boolean() },
  { requiredKeys: [] },
);

/** What a query by tags means, in the plainest words. */
function isFound(texts: readonly string[], { all = [], any = [], notAll = [], notAny = [], none = false }: TagQuery): boolean {
  if (none) {
    return texts.length === 0;
  }
  const has = (sought: TagCondition): boolean =>
    texts.some((text) => {
      const [name = "", ...rest] = text.split("=");
      return name === sought.key && (sought.values.length === 0 || sought.values.includes(rest.join("=")));
    });
  return all.every(has) && (any.length === 0 || any.some(has)) && (notAll.length === 0 || !notAll.every(has)) && !notAny.some(has);
}

/** Every image catalog finds by tags what the plain words say. `open` answers an empty one. */
export function tagQueryContract(open: () => Promise<ImageCatalog>): void {
  test("R-190: a query by tags finds the images that its plain meaning finds, and counts them", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(tags, { maxLength: 8 }), fc.array(query, { minLength: 1, maxLength: 8 }), async (images, queries) => {
        const catalog = await open();
        for (const [index, texts] of images.entries()) {
          const image = anImage({ id: `i-${index}` as ImageId, projectId: "p" as ProjectId, tags: [], createdAt: index });
          // Tags that came in later are found like those of a new image.
          await catalog.insert(index % 2 === 0 ? { ...image, tags: texts } : image);
          await catalog.update(image.id, { tags: texts, updatedAt: index });
        }
        for (const each of queries) {
          const expected = images.flatMap((texts, index) => (isFound(texts, each) ? [`i-${index}`] : [])).toReversed();
          const filter = { projectId: "p", tags: each };
          const found = await catalog.list(filter, { limit: 100 });
          assert.deepEqual(
            found?.map(({ id }) => id),
            expected,
          );
          assert.equal(await catalog.countMatching(filter), expected.length);
          assert.deepEqual(
            (await catalog.list(filter, { offset: 1, limit: 2 }))?.map(({ id }) => id),
            expected.slice(1, 3),
          );
        }
      }),
      { numRuns: 60 },
    );
  });
}
