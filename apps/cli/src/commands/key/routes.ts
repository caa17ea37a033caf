import { buildRouteMap } from "@stricli/core";
import { changeCommand } from "./change.ts";
import { createCommand } from "./create.ts";
import { deleteCommand } from "./delete.ts";
import { listCommand } from "./list.ts";

export const keyRoutes = buildRouteMap({
  routes: {
    list: listCommand,
    create: createCommand,
    enable: changeCommand("enable", "Enable a master key"),
    disable: changeCommand("disable", "Disable a master key: what it encrypts cannot be read then"),
    delete: deleteCommand,
    restore: changeCommand("restore", "Keep a master key that is to be deleted; it is disabled then"),
    rotate: changeCommand("rotate", "Make a new version of a master key; older ones still decrypt"),
  },
  docs: { brief: "Master keys that images are encrypted with: list, create, enable, disable, delete, restore, rotate" },
});
