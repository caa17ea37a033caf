import { isJsonObject } from "@tintype/client/http/json-object.ts";
import { isMap, isNode, isScalar, parseDocument } from "yaml";
import type { Document } from "yaml";
import { UsageError } from "../../errors/command-errors.ts";

/** A cloud as OpenStack's clients read it. */
export interface CloudEntry {
  readonly auth: {
    readonly auth_url: string;
    readonly username: string;
    readonly password: string;
    readonly user_domain_name: string;
    readonly project_name: string;
    readonly project_domain_name: string;
  };
  readonly identity_api_version: number;
}

/** What is to be written, and over what. */
export interface CloudChange {
  readonly name: string;
  readonly entry: CloudEntry;
  /** Whether a cloud of that name that says something else is replaced. */
  readonly force: boolean;
  /** Of the file, for messages. */
  readonly path: string;
}

/**
 * Puts a cloud into the text of a `clouds.yaml`; everything else in it stays, comments too. Undefined when the text says all that already.
 *
 * Throws  UsageError when the text is no such file, or has another cloud of that name and `force` is not set
 */
export function putCloud(text: string, { name, entry, force, path }: CloudChange): string | undefined {
  const document = parseClouds(text, path);
  const node = document.getIn(["clouds", name]);
  const existing: unknown = isNode(node) ? node.toJS(document) : node;
  if (says(existing, entry)) {
    return undefined;
  }
  if (existing !== undefined && !force) {
    throw new UsageError(
      `${path} has a cloud "${name}" that says something else. Choose another name with --cloud, or replace it with --force.`,
    );
  }
  document.setIn(["clouds", name], document.createNode(entry));
  return document.toString({ lineWidth: 0 });
}

function parseClouds(text: string, path: string): Document {
  const document = parseDocument(text, { merge: true });
  const [error] = document.errors;
  if (error !== undefined) {
    throw new UsageError(`${path} is not YAML: ${error.message.split("\n")[0]}`, { cause: error });
  }
  if (document.contents !== null && !isMap(document.contents)) {
    throw new UsageError(`${path} holds something else than clouds. Name another file with --clouds-yaml.`);
  }
  const clouds: unknown = document.get("clouds", true);
  // Nothing below the word yet, or nothing between braces.
  if (clouds === undefined || (isScalar(clouds) && clouds.value === null) || (isMap(clouds) && clouds.items.length === 0)) {
    document.set("clouds", document.createNode({}));
  } else if (!isMap(clouds)) {
    throw new UsageError(`${path}: "clouds" holds something else than clouds. Name another file with --clouds-yaml.`);
  }
  return document;
}

/** Whether `actual` has everything that `wanted` has; it may have more. Clients take numbers as texts too. */
function says(actual: unknown, wanted: unknown): boolean {
  if (!isJsonObject(wanted)) {
    return (typeof actual === "string" || typeof actual === "number") && String(actual) === String(wanted);
  }
  return isJsonObject(actual) && Object.entries(wanted).every(([key, value]) => says(actual[key], value));
}
