import { buildRouteMap } from "@stricli/core";
import { checkCommand } from "./check.ts";
import { compareCommand } from "./compare.ts";
import { convertCommand } from "./convert.ts";
import { createCommand } from "./create.ts";
import { infoCommand } from "./info.ts";
import { mapCommand } from "./map.ts";

/** Commands on disk images of this machine; none of them needs a server. */
export const diskRoutes = buildRouteMap({
  routes: {
    info: infoCommand,
    convert: convertCommand,
    compare: compareCommand,
    check: checkCommand,
    map: mapCommand,
    create: createCommand,
  },
  docs: { brief: "Work on disk images of this machine, without a server" },
});
