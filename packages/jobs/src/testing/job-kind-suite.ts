import { test } from "node:test";
import { jobKindChecks } from "./job-kind-checks.ts";
import type { JobKindFixture } from "./job-kind-checks.ts";

/**
 * The tests that every job kind passes: each step repeated, failing, cancelled, crashed at; each undo repeated and crashed at.
 * `open` makes a new world for each of them.
 */
export function testJobKind(title: string, open: () => Promise<JobKindFixture>): void {
  test(title, async (suite) => {
    await using probe = await open();
    for (const { title: checked, run } of jobKindChecks(probe.kind())) {
      await suite.test(checked, () => run(open));
    }
  });
}
