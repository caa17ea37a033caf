import type { IdentityDeps } from "../../identity/identity-deps.ts";
import { lendToken } from "../../identity/lend-token.ts";
import type { ImageServices } from "../../ports/image-services.ts";
import { serviceCatalog } from "./service-catalog.ts";
import type { PublicUrls } from "./service-catalog.ts";

/** The image services of the catalog that clients are given. */
export function catalogImageServices(deps: IdentityDeps & { readonly urls: () => PublicUrls }): ImageServices {
  return {
    addressOf(region, endpointInterface) {
      const endpoints = serviceCatalog(deps.region, deps.urls())
        .filter(({ type }) => type === "image")
        .flatMap((service) => service.endpoints);
      return endpoints.find((endpoint) => endpoint.region === region && endpoint.interface === endpointInterface)?.url;
    },
    lendToken: (bearer) => lendToken(deps, bearer),
  };
}
