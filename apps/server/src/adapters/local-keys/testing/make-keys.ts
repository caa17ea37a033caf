/** `make-keys.ts FOLDER`: makes and disables keys without end, and names each change on standard output once it was acknowledged. For tests that kill it. */
import { writeSync } from "node:fs";
import type { ProjectId } from "../../../ports/ids.ts";
import { randomIds } from "../../random-ids.ts";
import { systemClock } from "../../system-clock.ts";
import { openLocalKeys } from "../open-local-keys.ts";

const folder = process.argv[2] ?? "";
const ids = randomIds(systemClock);
const log = { info() {}, warn() {}, error() {} };
const keys = await openLocalKeys({ folder, passphrase: undefined, clock: systemClock, ids, log });
for (;;) {
  const key = { projectId: "p" as ProjectId, alias: ids.uuid(), description: "", enterpriseProjectId: "0", isDefault: false };
  const { id } = await keys.createKey(key, { mostInProject: 1_000_000 });
  writeSync(1, `enabled ${id}\n`);
  await keys.disable(id);
  writeSync(1, `disabled ${id}\n`);
}
