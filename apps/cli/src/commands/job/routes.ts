import { buildRouteMap } from "@stricli/core";
import { cancelCommand } from "./cancel.ts";
import { listCommand } from "./list.ts";
import { watchCommand } from "./watch.ts";

export const jobRoutes = buildRouteMap({
  routes: { list: listCommand, watch: watchCommand, cancel: cancelCommand },
  docs: { brief: "Jobs of the server: list, watch, cancel" },
});
