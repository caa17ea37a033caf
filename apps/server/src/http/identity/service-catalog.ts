import type { CatalogService } from "@tintype/contract/identity/service-catalog.ts";

/** How clients reach the two ports. Without a slash at the end. */
export interface PublicUrls {
  readonly http: string;
  readonly obs: string;
}

const interfaces = ["public", "internal", "admin"] as const;

/** The services of this region and their addresses. The image service's address is its root: clients find the version themselves. */
export function serviceCatalog(region: string, urls: PublicUrls): CatalogService[] {
  const services = [
    { type: "identity", name: "keystone", url: `${urls.http}/v3` },
    { type: "image", name: "glance", url: `${urls.http}/image` },
    { type: "ims", name: "ims", url: urls.http },
    { type: "kms", name: "kms", url: urls.http },
    { type: "object-store", name: "obs", url: urls.obs },
  ];
  return services.map(({ type, name, url }) => ({
    id: `${region}-${type}`,
    type,
    name,
    endpoints: interfaces.map((kind) => ({ id: `${region}-${type}-${kind}`, interface: kind, region, region_id: region, url })),
  }));
}
