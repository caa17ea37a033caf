import type { Bootstrap, BootstrapGrant } from "./bootstrap-schema.ts";

const mostTold = 20;

/** Names the users of a bootstrap file and the projects that they may use, in one line for people; never what is secret. */
export function describeUsers({ users, groups = [] }: Bootstrap): string {
  const told = users.slice(0, mostTold).map(({ name, grants }) => {
    const ofGroups = groups.filter((group) => group.users.includes(name)).flatMap((group) => group.grants);
    const projects = new Set([...grants, ...ofGroups].flatMap(placeOf));
    return `${name} (${projects.size === 0 ? "no project" : [...projects].join(", ")})`;
  });
  const more = users.length - told.length;
  return told.length === 0 ? "nobody" : [...told, ...(more > 0 ? [`and ${more} more`] : [])].join(", ");
}

function placeOf(grant: BootstrapGrant): readonly string[] {
  if ("project" in grant) {
    return [grant.project];
  }
  return "allProjects" in grant ? ["all projects"] : [];
}
