import { Type } from "typebox";
import type { Static } from "typebox";
import { ListLinks, SelfLink } from "./links.ts";

/** A project, as identity answers it. */
export const Project = Type.Object({
  id: Type.String(),
  name: Type.String(),
  domain_id: Type.String(),
  parent_id: Type.String(),
  description: Type.String(),
  enabled: Type.Boolean(),
  is_domain: Type.Boolean(),
  tags: Type.Array(Type.String()),
  links: SelfLink,
});
export type Project = Static<typeof Project>;

/** Answer of `GET /v3/projects` and `GET /v3/auth/projects`. */
export const ProjectsBody = Type.Object({ projects: Type.Array(Project), links: ListLinks });
export type ProjectsBody = Static<typeof ProjectsBody>;

/** Answer of `GET /v3/projects/{project_id}`. */
export const ProjectBody = Type.Object({ project: Project });
export type ProjectBody = Static<typeof ProjectBody>;

const Domain = Type.Object({
  id: Type.String(),
  name: Type.String(),
  description: Type.String(),
  enabled: Type.Boolean(),
  links: SelfLink,
});
export type Domain = Static<typeof Domain>;

/** Answer that holds one domain. */
export const DomainBody = Type.Object({ domain: Domain });

/** Answer of `GET /v3/auth/domains` and `GET /v3/domains`. */
export const DomainsBody = Type.Object({ domains: Type.Array(Domain), links: ListLinks });
export type DomainsBody = Static<typeof DomainsBody>;

/** Answer of `GET /v3/regions`. */
export const RegionsBody = Type.Object({
  regions: Type.Array(
    Type.Object({
      id: Type.String(),
      description: Type.String(),
      parent_region_id: Type.Null(),
      type: Type.String(),
      links: SelfLink,
    }),
  ),
  links: ListLinks,
});
export type RegionsBody = Static<typeof RegionsBody>;

/** Answer of `GET /v3`. */
export const VersionBody = Type.Object({
  version: Type.Object({
    id: Type.String(),
    status: Type.String(),
    updated: Type.String(),
    links: Type.Array(Type.Object({ rel: Type.String(), href: Type.String() })),
    "media-types": Type.Array(Type.Object({ base: Type.String(), type: Type.String() })),
  }),
});
export type VersionBody = Static<typeof VersionBody>;
