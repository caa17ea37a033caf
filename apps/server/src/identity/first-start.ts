import type { Catalog } from "../ports/catalog.ts";
import type { Ids } from "../ports/ids.ts";
import { applyBootstrap } from "./bootstrap.ts";
import type { Bootstrap } from "./bootstrap-schema.ts";

/** Who can log in after the first start, with everything needed for it. */
export interface FirstCredentials {
  readonly username: string;
  readonly password: string;
  readonly projectName: string;
  readonly domainName: string;
  readonly region: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

const domain = { id: "default", name: "Default" };

/**
 * Chooses a domain, a project named after the region, and an administrator with a random password and access key; undefined when there is
 * a domain already. `createFirstUser` makes them, so that they can be kept safe before.
 */
export async function chooseFirstCredentials(
  catalog: Pick<Catalog, "identity">,
  ids: Ids,
  region: string,
): Promise<FirstCredentials | undefined> {
  if ((await catalog.identity.domains()).length > 0) {
    return undefined;
  }
  return {
    username: "admin",
    password: ids.secret(18),
    projectName: region,
    domainName: domain.name,
    region,
    accessKey: ids.hex32().slice(0, 20).toUpperCase(),
    secretKey: ids.secret(30),
  };
}

/** Makes what `chooseFirstCredentials` chose. Harmless to repeat. */
export async function createFirstUser(catalog: Catalog, credentials: FirstCredentials): Promise<void> {
  const { username, password, projectName, accessKey, secretKey } = credentials;
  const bootstrap: Bootstrap = {
    domain,
    projects: [{ name: projectName }],
    users: [
      {
        name: username,
        password,
        grants: [
          { project: projectName, roles: ["admin", "member", "reader"] },
          { domain: true, roles: ["admin"] },
        ],
        accessKeys: [{ access: accessKey, secret: secretKey }],
      },
    ],
  };
  await applyBootstrap(catalog, bootstrap);
}
