import { buildRouteMap } from "@stricli/core";
import { copyCommand } from "./copy.ts";
import { deleteCommand } from "./delete.ts";
import { exportCommand } from "./export.ts";
import { importCommand } from "./import.ts";
import { listCommand } from "./list.ts";
import { serveImageCommand } from "./serve.ts";
import { showCommand } from "./show.ts";

export const imageRoutes = buildRouteMap({
  routes: {
    import: importCommand,
    list: listCommand,
    show: showCommand,
    copy: copyCommand,
    export: exportCommand,
    serve: serveImageCommand,
    delete: deleteCommand,
  },
  docs: { brief: "Images of the server: bring in, list, show, copy, take out, lend, delete" },
});
