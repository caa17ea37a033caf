import { buildRouteMap } from "@stricli/core";
import { compareCommand } from "./compare.ts";
import { convertCommand } from "./convert.ts";
import { infoCommand } from "./info.ts";
import { mapCommand } from "./map.ts";

/** Commands on disk images of this machine; none of them needs a server. */
export const diskRoutes = buildRouteMap({
  routes: { info: infoCommand, convert: convertCommand, compare: compareCommand, map: mapCommand },
  docs: { brief: "Work on disk images of this machine, without a server" },
});
