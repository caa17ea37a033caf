import { buildRouteMap } from "@stricli/core";
import { listCommand } from "./list.ts";
import { reloadCommand } from "./reload.ts";

export const osRoutes = buildRouteMap({
  routes: {
    list: listCommand,
    check: reloadCommand("check", "Tell what reading the operator's lists again would change (operators)"),
    reload: reloadCommand("reload", "Read the operator's lists again (operators)"),
  },
  docs: { brief: "The server's lists of operating systems: show, check, read again" },
});
