import assert from "node:assert/strict";
import { test } from "node:test";
import type { JobStep } from "../job-kind.ts";
import { testKind } from "./job-bench.ts";
import { jobKindChecks } from "./job-kind-checks.ts";
import type { JobKindFixture } from "./job-kind-checks.ts";
import { testJobKind } from "./job-kind-suite.ts";

/** What there is: names of things. */
type World = Set<string>;

/** A step that puts one thing into the world, and can be repeated and undone. */
function goodStep(name: string, world: World): JobStep {
  return {
    name,
    run: async () => void world.add(name),
    undo: async () => void world.delete(name),
  };
}

/** Opens a world with something in it, and a kind of three steps, of which the second is given. */
function fixture(second: (world: World) => JobStep): () => Promise<JobKindFixture> {
  return async () => {
    const world: World = new Set(["was there"]);
    return {
      kind: () => testKind([goodStep("reserve", world), second(world), goodStep("publish", world)]),
      input: null,
      leftovers: async () => [...world],
      verify: async () => assert.deepEqual([...world], ["was there", "reserve", "write", "publish"]),
      async [Symbol.asyncDispose]() {},
    };
  };
}

/** Titles of the checks that a kind with this second step does not stand. */
async function complaintsAbout(second: (world: World) => JobStep): Promise<readonly string[]> {
  const open = fixture(second);
  const complaints: string[] = [];
  for (const check of jobKindChecks((await open()).kind())) {
    await check.run(open).catch(() => complaints.push(check.title));
  }
  return complaints;
}

testJobKind(
  "a kind of three good steps",
  fixture((world) => goodStep("write", world)),
);

test("a step that adds something each time it runs is caught", async () => {
  const complaints = await complaintsAbout((world) => ({
    ...goodStep("write", world),
    run: async () => void world.add(world.has("write") ? "write again" : "write"),
    undo: async () => ["write", "write again"].forEach((thing) => world.delete(thing)),
  }));
  assert.deepEqual(complaints, [
    "step write done twice is as good as once",
    "a crash just before step write is on record is made good by the next start",
  ]);
});

test("a step that nobody undoes is caught", async () => {
  const complaints = await complaintsAbout((world) => ({ name: "write", run: goodStep("write", world).run }));
  assert.ok(complaints.includes("a failure after step write did its work leaves nothing behind"));
  assert.ok(complaints.includes("a failure instead of step publish leaves nothing behind"));
  assert.ok(complaints.includes("a cancel during step publish leaves nothing behind"));
});

test("an undo that needs what it removes is caught", async () => {
  const complaints = await complaintsAbout((world) => ({
    ...goodStep("write", world),
    undo: async () => assert.ok(world.delete("write"), "nothing to remove"),
  }));
  assert.deepEqual(complaints, [
    "a failure instead of step write leaves nothing behind",
    "undoing step write twice is as good as once",
    "a crash just before the undo of step write is on record is made good by the next start",
  ]);
});

test("a step that keeps in memory what the next start needs is caught", async () => {
  const open = fixture((world) => goodStep("write", world));
  const forgetful = async (): Promise<JobKindFixture> => {
    const opened = await open();
    return {
      ...opened,
      kind() {
        const kind = opened.kind();
        let isReserved = false;
        const steps = kind.steps.map((step) => ({
          ...step,
          run: async (context: Parameters<JobStep["run"]>[0]) => {
            isReserved ||= step.name === "reserve";
            assert.ok(isReserved, "forgotten");
            await step.run(context);
          },
        }));
        return { ...kind, steps };
      },
    };
  };
  const complaints: string[] = [];
  for (const check of jobKindChecks((await open()).kind())) {
    await check.run(forgetful).catch(() => complaints.push(check.title));
  }
  assert.ok(complaints.includes("a crash just after step reserve is on record is made good by the next start"));
});
