import assert from "node:assert/strict";
import { test } from "node:test";
import { testJobKind } from "@tintype/jobs/testing/job-kind-suite.ts";
import type { JobKindFixture } from "@tintype/jobs/testing/job-kind-checks.ts";
import type { ImageRecord, MemberStatus } from "../ports/image-catalog.ts";
import type { ProjectId } from "../ports/ids.ts";
import { TransferWorld } from "../testing/transfer-world.ts";
import { addMember, removeMember, restoreMember } from "./member-changes.ts";
import { memberJobs } from "./member-jobs.ts";
import { memberJobKinds } from "./member-work.ts";
import type { MemberChange, MemberItem, MemberJobInput } from "./member-work.ts";

const owner = "p-owner" as ProjectId;
const [first, second, third] = ["p-1", "p-2", "p-3"] as readonly string[] as readonly [ProjectId, ProjectId, ProjectId];

async function statusesOf({ catalog }: TransferWorld, image: ImageRecord): Promise<readonly string[]> {
  const { visibility, memberCount } = (await catalog.images.get(image.id)) ?? image;
  const found = await Promise.all([first, second, third].map(async (id) => (await catalog.members.get(image.id, id))?.status ?? "none"));
  return [`${visibility} ${memberCount}`, ...found];
}

/** A change of the members of an image: `first` had accepted it, `second` and `third` are or are not members. */
async function openFixture(change: MemberChange, before: readonly ProjectId[], expected: readonly string[]): Promise<JobKindFixture> {
  const world = await TransferWorld.open();
  const image = await world.addImage(owner, Buffer.alloc(0));
  for (const memberId of before) {
    await addMember(world.catalog, { imageId: image.id, memberId }, 1);
  }
  await world.catalog.members.changeStatus(image.id, first, "accepted", 2);
  const items: readonly MemberItem[] = [
    { imageId: image.id, memberId: first, refused: null },
    { imageId: image.id, memberId: second, refused: null },
    { imageId: image.id, memberId: owner, refused: { code: "IMG.0076", message: "m" } },
  ];
  const input: MemberJobInput = { change, items };
  return {
    kind() {
      const kind = memberJobs(world).find(({ name }) => name === memberJobKinds[change.kind]);
      assert.ok(kind);
      return kind;
    },
    input: { ...input },
    leftovers: () => statusesOf(world, image),
    async verify(job) {
      assert.deepEqual(job.result, { items });
      assert.deepEqual(await statusesOf(world, image), expected);
    },
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

testJobKind("R-145: sharing with several projects", () =>
  openFixture({ kind: "add" }, [first], ["shared 2", "accepted", "pending", "none"]),
);
testJobKind("R-145: the first sharing of an image", () => openFixture({ kind: "add" }, [], ["shared 2", "pending", "pending", "none"]));
testJobKind("R-145: ending the sharing with some", () =>
  openFixture({ kind: "remove" }, [first, second, third], ["shared 1", "none", "none", "pending"]),
);
testJobKind("R-145: ending the sharing with all", () =>
  openFixture({ kind: "remove" }, [first, second], ["private 0", "none", "none", "none"]),
);
testJobKind("R-145: answering", () =>
  openFixture({ kind: "answer", status: "rejected" }, [first, second], ["shared 2", "rejected", "rejected", "none"]),
);

test("what is taken back has no room where others took it, nor an image that is gone", async () => {
  await using world = await TransferWorld.open();
  const { catalog } = world;
  const limits = { ...world.limits, members: { ...world.limits.members, perImage: 1 } };
  const image = await world.addImage(owner, Buffer.alloc(0));
  const prior = { status: "accepted" as MemberStatus, createdAt: 1, updatedAt: 2 };
  const pair = { imageId: image.id, memberId: first };
  await addMember(catalog, { imageId: image.id, memberId: second }, 1);
  await restoreMember(catalog, pair, prior, { now: 3, limits });
  assert.equal(await catalog.members.get(image.id, first), undefined);
  await removeMember(catalog, { imageId: image.id, memberId: second }, 4);
  await restoreMember(catalog, pair, prior, { now: 5, limits });
  assert.deepEqual(await catalog.members.get(image.id, first), { ...pair, ...prior });
  assert.equal((await catalog.images.get(image.id))?.visibility, "shared");
  await catalog.images.remove(image.id, ["active"]);
  await restoreMember(catalog, pair, prior, { now: 6, limits });
  assert.equal(await catalog.members.get(image.id, first), undefined);
});
