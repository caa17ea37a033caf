import { buildRouteMap } from "@stricli/core";
import { showCommand } from "./show.ts";

export const configRoutes = buildRouteMap({
  routes: { show: showCommand },
  docs: { brief: "Settings of the server" },
});
