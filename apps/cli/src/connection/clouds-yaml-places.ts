import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Environment } from "../environment.ts";

/** Where a `clouds.yaml` may be. */
export interface CloudsYamlPlaces {
  /** In the order in which clients look; the first file that there is counts. */
  readonly searched: readonly string[];
  /** Where one belongs when there is none: what the environment names, else the user's own folder. */
  readonly own: string;
}

/**
 * Where OpenStack's clients look for `clouds.yaml`.
 *
 * Source  openstacksdk, "Configuring OpenStack SDK Applications"
 */
export function cloudsYamlPlaces(env: Environment): CloudsYamlPlaces {
  const named = env["OS_CLIENT_CONFIG_FILE"] || undefined;
  const [here, ofUser] = [resolve("clouds.yaml"), join(homedir(), ".config", "openstack", "clouds.yaml")];
  return named === undefined
    ? { searched: [here, ofUser], own: ofUser }
    : { searched: [resolve(named), here, ofUser], own: resolve(named) };
}
