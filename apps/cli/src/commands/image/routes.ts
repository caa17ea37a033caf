import { buildRouteMap } from "@stricli/core";
import { changeCommand } from "./change.ts";
import { copyCommand } from "./copy.ts";
import { deleteCommand } from "./delete.ts";
import { deletedCommand } from "./deleted.ts";
import { explainCommand } from "./explain.ts";
import { exportCommand } from "./export.ts";
import { importCommand } from "./import.ts";
import { listCommand } from "./list.ts";
import { pushCommand } from "./push.ts";
import { serveImageCommand } from "./serve.ts";
import { showCommand } from "./show.ts";

export const imageRoutes = buildRouteMap({
  routes: {
    import: importCommand,
    push: pushCommand,
    list: listCommand,
    show: showCommand,
    explain: explainCommand,
    copy: copyCommand,
    export: exportCommand,
    serve: serveImageCommand,
    delete: deleteCommand,
    deleted: deletedCommand,
    restore: changeCommand("restore", "Bring a deleted image back"),
    purge: changeCommand("purge", "Let a deleted image go for good"),
    publish: changeCommand("publish", "Make an image public (operators)"),
    withdraw: changeCommand("withdraw", "Make a public image private again (operators)"),
  },
  docs: { brief: "Images of the server: bring in, list, show, explain, copy, take out, lend, delete" },
});
