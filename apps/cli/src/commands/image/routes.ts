import { buildRouteMap } from "@stricli/core";
import { deleteCommand } from "./delete.ts";
import { exportCommand } from "./export.ts";
import { importCommand } from "./import.ts";
import { listCommand } from "./list.ts";
import { showCommand } from "./show.ts";

export const imageRoutes = buildRouteMap({
  routes: { import: importCommand, list: listCommand, show: showCommand, export: exportCommand, delete: deleteCommand },
  docs: { brief: "Images of the server: bring in, list, show, take out, delete" },
});
