import { imageVersions } from "@tintype/contract/image-v2/versions.table.ts";
import { imageV2Prefix } from "./image-v2-app.ts";

const minorVersions = new Set<string>(imageVersions.map(({ id }) => id));
const inPath = new RegExp(`^${imageV2Prefix}/(v2\\.\\d+)(?=[/?]|$)`);
const inAccept = /application\/vnd\.openstack\.images-(v2(?:\.\d+)?)(?![.\d])/;

/**
 * The address at which a call of the Image API is served: all minor versions are one, whether the path names it, as in `/image/v2.1/images`,
 * or the header `Accept` does, for a path without any version. Other addresses remain as they are.
 */
export function toVersionPath(url: string, accept: string | undefined): string {
  if (!url.startsWith(`${imageV2Prefix}/`)) {
    return url;
  }
  const named = inPath.exec(url)?.[1];
  if (named !== undefined) {
    return minorVersions.has(named) ? `${imageV2Prefix}/v2${url.slice(imageV2Prefix.length + 1 + named.length)}` : url;
  }
  const accepted = inAccept.exec(accept ?? "")?.[1];
  const isVersionless = !/^(?:v\d|versions|healthcheck|$)/.test(url.slice(imageV2Prefix.length + 1));
  const isKnown = accepted === "v2" || (accepted !== undefined && minorVersions.has(accepted));
  return isVersionless && isKnown ? `${imageV2Prefix}/v2${url.slice(imageV2Prefix.length)}` : url;
}
