import assert from "node:assert/strict";
import { test } from "node:test";
import { DuplicateError } from "./catalog.ts";
import type { Catalog } from "./catalog.ts";
import type { ImageRecord } from "./image-catalog.ts";
import type { ImageId, ProjectId } from "./ids.ts";
import type { MemberRecord } from "./member-catalog.ts";
import { plainImage } from "./testing/plain-image.ts";

/** Members and the images that they belong to. */
export type MembersAndImages = Pick<Catalog, "members" | "images">;

const owner = "p-owner" as ProjectId;
const guest = "p-guest" as ProjectId;
const image = "i-1" as ImageId;

function aMember(fields: Partial<MemberRecord> = {}): MemberRecord {
  return { imageId: image, memberId: guest, status: "pending", createdAt: 1_000, updatedAt: 2_000, ...fields };
}

function anImage(fields: Partial<ImageRecord> = {}): ImageRecord {
  return plainImage({ id: image, projectId: owner, visibility: "shared", ...fields });
}

/** What every catalog of members must do, and what its images must do with them. `open` answers an empty one. */
export function memberCatalogContract(open: () => Promise<MembersAndImages>): void {
  rowsContract(open);
  listContract(open);
  countContract(open);
  visibilityContract(open);
}

async function openWithImages(
  open: () => Promise<MembersAndImages>,
  ...images: readonly Partial<ImageRecord>[]
): Promise<MembersAndImages> {
  const catalog = await open();
  for (const fields of [{}, ...images]) {
    await catalog.images.insert(anImage(fields));
  }
  return catalog;
}

function rowsContract(open: () => Promise<MembersAndImages>): void {
  test("a member comes back as it went in, and only for its image and project", async () => {
    const { members } = await openWithImages(open, { id: "i-2" as ImageId });
    const member = aMember({ status: "rejected" });
    await members.insert(member);
    assert.deepEqual(await members.get(image, guest), member);
    assert.equal(await members.get(image, owner), undefined);
    assert.equal(await members.get("i-2" as ImageId, guest), undefined);
  });

  test("a project is a member of an image once, and what it answered stays", async () => {
    const { members } = await openWithImages(open);
    await members.insert(aMember({ status: "accepted" }));
    await assert.rejects(members.insert(aMember()), DuplicateError);
    assert.equal((await members.get(image, guest))?.status, "accepted");
  });

  test("an image that is not there has no members", async () => {
    const { members } = await open();
    await assert.rejects(members.insert(aMember()));
    assert.equal(await members.get(image, guest), undefined);
    assert.deepEqual(await members.list(image, { limit: 5 }), []);
    assert.equal(await members.remove(image, guest), false);
  });

  test("an answer changes the status and its instant, of a member alone", async () => {
    const { members } = await openWithImages(open);
    await members.insert(aMember());
    const changed = aMember({ status: "accepted", updatedAt: 9_000 });
    assert.deepEqual(await members.changeStatus(image, guest, "accepted", 9_000), changed);
    assert.deepEqual(await members.get(image, guest), changed);
    assert.equal(await members.changeStatus(image, owner, "accepted", 9_000), undefined);
  });

  test("a member is removed once", async () => {
    const { members } = await openWithImages(open);
    await members.insert(aMember());
    assert.equal(await members.remove(image, guest), true);
    assert.equal(await members.remove(image, guest), false);
    assert.equal(await members.get(image, guest), undefined);
  });
}

function listContract(open: () => Promise<MembersAndImages>): void {
  test("pages of members meet each once, in the order in which they were added, then by project", async () => {
    const { members } = await openWithImages(open, { id: "i-2" as ImageId });
    await members.insert(aMember({ imageId: "i-2" as ImageId }));
    for (const [memberId, createdAt] of [
      ["p-c", 5],
      ["p-b", 5],
      ["p-a", 9],
      ["p-d", 1],
      ["p-e", 5],
    ] as const) {
      await members.insert(aMember({ memberId: memberId as ProjectId, createdAt }));
    }
    const seen: string[] = [];
    for (let after: string | undefined; ; after = seen.at(-1)) {
      const page = await members.list(image, { limit: 2, ...(after !== undefined && { after }) });
      assert.ok(page);
      if (page.length === 0) {
        break;
      }
      seen.push(...page.map(({ memberId }) => memberId));
    }
    assert.deepEqual(seen, ["p-d", "p-b", "p-c", "p-e", "p-a"]);
    assert.deepEqual(await members.list(image, { limit: 0 }), []);
  });

  test("a marker that names no member of the image is told from an empty page", async () => {
    const { members } = await openWithImages(open, { id: "i-2" as ImageId });
    await members.insert(aMember({ imageId: "i-2" as ImageId }));
    assert.equal(await members.list(image, { after: guest, limit: 5 }), undefined);
    assert.deepEqual(await members.list("i-2" as ImageId, { after: guest, limit: 5 }), []);
  });
}

function countContract(open: () => Promise<MembersAndImages>): void {
  test("an image counts its members, whatever they answered, and a refused insert does not count", async () => {
    const { members, images } = await openWithImages(open);
    const countOf = async () => (await images.get(image))?.memberCount;
    await members.insert(aMember());
    await members.insert(aMember({ memberId: "p-2" as ProjectId, status: "rejected" }));
    await assert.rejects(members.insert(aMember()), DuplicateError);
    assert.equal(await countOf(), 2);
    await members.changeStatus(image, guest, "rejected", 5);
    assert.equal(await countOf(), 2);
    await members.remove(image, guest);
    await members.remove(image, guest);
    assert.equal(await countOf(), 1);
  });

  test("of many that share an image with one project at once, one does", async () => {
    const { members, images } = await openWithImages(open);
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => members.insert(aMember())));
    assert.equal(tries.filter(({ status }) => status === "fulfilled").length, 1);
    assert.equal((await images.get(image))?.memberCount, 1);
  });

  test("the members of an image go with it, and no others", async () => {
    const { members, images } = await openWithImages(open, { id: "i-2" as ImageId });
    await members.insert(aMember());
    await members.insert(aMember({ imageId: "i-2" as ImageId }));
    await images.remove(image, ["active"]);
    assert.equal(await members.get(image, guest), undefined);
    assert.deepEqual(await members.list(image, { limit: 5 }), []);
    await images.insert(anImage());
    assert.equal(await members.get(image, guest), undefined);
    assert.notEqual(await members.get("i-2" as ImageId, guest), undefined);
  });

  test("the most members that an image of a project has", async () => {
    const { members } = await openWithImages(open, { id: "i-2" as ImageId }, { id: "i-3" as ImageId, projectId: guest });
    assert.equal(await members.mostOfOneImage("p-none" as ProjectId), 0);
    assert.equal(await members.mostOfOneImage(owner), 0);
    await members.insert(aMember());
    await members.insert(aMember({ imageId: "i-2" as ImageId }));
    await members.insert(aMember({ imageId: "i-2" as ImageId, memberId: "p-2" as ProjectId }));
    assert.equal(await members.mostOfOneImage(owner), 2);
    assert.equal(await members.mostOfOneImage(guest), 0);
  });
}

function visibilityContract(open: () => Promise<MembersAndImages>): void {
  const ids = ["i-accepted", "i-pending", "i-rejected", "i-suspended", "i-strange"] as readonly string[] as readonly ImageId[];
  const [accepted, pending, rejected, suspended, strange] = ids as readonly [ImageId, ImageId, ImageId, ImageId, ImageId];

  /** Images of the owner in every relation to the guest, a public one, and one that the guest shares with the owner. */
  async function related(): Promise<MembersAndImages> {
    const catalog = await openWithImages(
      open,
      ...ids.map((id) => ({ id })),
      { id: "i-public" as ImageId, visibility: "public" },
      { id: "i-own" as ImageId, projectId: guest },
    );
    await catalog.images.update(suspended, { visibility: "private", updatedAt: 1 });
    for (const [imageId, status] of [
      [accepted, "accepted"],
      [pending, "pending"],
      [rejected, "rejected"],
      [suspended, "accepted"],
    ] as const) {
      await catalog.members.insert(aMember({ imageId, status }));
    }
    await catalog.members.insert(aMember({ imageId: strange, memberId: "p-2" as ProjectId, status: "accepted" }));
    await catalog.members.insert(aMember({ imageId: "i-own" as ImageId, memberId: owner, status: "accepted" }));
    return catalog;
  }

  const seen = async ({ images }: MembersAndImages, filter: Parameters<MembersAndImages["images"]["list"]>[0]) =>
    ((await images.list(filter, { limit: 100 })) ?? []).map(({ id }) => id).toSorted();

  test("a project sees its own images, public ones, and those that it accepted as long as they are shared", async () => {
    const catalog = await related();
    assert.deepEqual(await seen(catalog, { visibleTo: guest }), ["i-accepted", "i-own", "i-public"]);
    assert.deepEqual(await seen(catalog, { visibleTo: "p-2" as ProjectId }), ["i-public", "i-strange"]);
    assert.deepEqual(await seen(catalog, { visibleTo: "p-none" as ProjectId }), ["i-public"]);
    assert.equal((await seen(catalog, { visibleTo: owner })).length, 8);
  });

  test("by their answer a project sees only what others share with it", async () => {
    const catalog = await related();
    assert.deepEqual(await seen(catalog, { visibleTo: guest, memberStatus: "accepted" }), ["i-accepted"]);
    assert.deepEqual(await seen(catalog, { visibleTo: guest, memberStatus: "pending" }), ["i-pending"]);
    assert.deepEqual(await seen(catalog, { visibleTo: guest, memberStatus: "rejected" }), ["i-rejected"]);
    assert.deepEqual(await seen(catalog, { visibleTo: owner, memberStatus: "accepted" }), ["i-own"]);
  });

  test("what a project answered decides which shared images stand beside its own and the public ones", async () => {
    const catalog = await related();
    assert.deepEqual(await seen(catalog, { visibleTo: guest, sharedAs: "pending" }), ["i-own", "i-pending", "i-public"]);
    assert.deepEqual(await seen(catalog, { visibleTo: guest, sharedAs: "any" }), [
      "i-accepted",
      "i-own",
      "i-pending",
      "i-public",
      "i-rejected",
    ]);
    assert.deepEqual(await seen(catalog, { visibleTo: guest, memberStatus: "any" }), ["i-accepted", "i-pending", "i-rejected"]);
    assert.equal(await catalog.images.countMatching({ visibleTo: guest, sharedAs: "any" }), 5);
  });

  test("a marker is looked for among what the list may show", async () => {
    const { images } = await related();
    const filter = { visibleTo: guest, memberStatus: "rejected" } as const;
    assert.deepEqual(await images.list(filter, { after: rejected, limit: 5 }), []);
    assert.equal(await images.list(filter, { after: accepted, limit: 5 }), undefined);
  });

  test("images that are shared with someone are told from those that are not", async () => {
    const catalog = await related();
    assert.deepEqual(await seen(catalog, { projectId: owner, hasMembers: true }), ["i-accepted", "i-pending", "i-rejected", "i-strange"]);
    assert.deepEqual(await seen(catalog, { projectId: owner, hasMembers: false }), ["i-1", "i-public", "i-suspended"]);
  });
}
