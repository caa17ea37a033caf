import { ImsError } from "@tintype/contract/ims/ims-error.ts";
import { OsVersionsAnswer, OsVersionsQuery } from "@tintype/contract/ims/os-versions.ts";
import { listOsVersions, osTags } from "../../images/list-os-versions.ts";
import type { OsTag } from "../../images/list-os-versions.ts";
import type { OsLists } from "../../os-lists/known-systems.ts";
import type { ImsApp } from "./ims-app.ts";
import { lookUp } from "./look-up.ts";

const words: Readonly<Record<string, OsTag>> = Object.fromEntries(osTags.map((tag) => [tag, tag]));

/** Lists the operating systems that an image can be said to hold. */
export function addOsVersionRoutes(app: ImsApp, { osLists }: { readonly osLists: OsLists }): void {
  app.get(
    "/v1/cloudimages/os_version",
    {
      config: { access: ["ims:images:list"] },
      schema: {
        operationId: "listOsVersions",
        summary: "List operating systems",
        tags: ["images"],
        querystring: OsVersionsQuery,
        response: { 200: OsVersionsAnswer, "4xx": ImsError },
      },
    },
    async ({ query: { tag = [] } }): Promise<OsVersionsAnswer> => {
      const tags = [tag].flat().map((word) => lookUp(words, "tag", word));
      return Array.from(listOsVersions(osLists.current, tags), ([platform, systems]) => ({
        platform,
        version_list: systems.map(({ osVersion, osBit, osType }) => ({
          platform,
          os_version_key: osVersion,
          os_version: osVersion,
          os_bit: Number(osBit),
          // There are two words here, and systems of neither go by the first.
          os_type: osType === "Windows" ? ("Windows" as const) : ("Linux" as const),
        })),
      }));
    },
  );
}
