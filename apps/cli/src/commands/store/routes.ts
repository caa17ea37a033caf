import { buildRouteMap } from "@stricli/core";
import { backupCommand } from "./backup.ts";
import { gcCommand } from "./gc.ts";
import { rebuildCommand } from "./rebuild.ts";
import { statsCommand } from "./stats.ts";
import { verifyCommand } from "./verify.ts";

export const storeRoutes = buildRouteMap({
  routes: { stats: statsCommand, gc: gcCommand, verify: verifyCommand, backup: backupCommand, rebuild: rebuildCommand },
  docs: { brief: "The store: what it holds, free space, check, back up, rebuild" },
});
