import { isJsonObject, jsonObject, textOf } from "@tintype/client/http/json-object.ts";
import { parse } from "yaml";
import type { Environment } from "../environment.ts";
import { UsageError } from "../errors/command-errors.ts";
import { cloudsYamlPlaces } from "./clouds-yaml-places.ts";
import type { Login } from "./login.ts";
import { readIfThere } from "./read-if-there.ts";

/** Where the Image API lies below everything else; other clients want the override to name it. */
const imageApiPath = /\/image(\/v2(\.\d+)?)?\/*$/;

/** Reads an entry of the first `clouds.yaml` that there is. */
export async function loginOfCloud(env: Environment, name: string): Promise<Login> {
  const { searched } = cloudsYamlPlaces(env);
  for (const path of searched) {
    const text = await readIfThere(path);
    if (text !== undefined) {
      return readCloud(name, path, text);
    }
  }
  throw new UsageError(`The cloud "${name}" is looked up in clouds.yaml, and there is none: ${searched.join(", ")}.`);
}

function readCloud(name: string, path: string, text: string): Login {
  const cloud = jsonObject(jsonObject(parseYaml(path, text))["clouds"])[name];
  if (!isJsonObject(cloud)) {
    throw new UsageError(`${path} has no cloud "${name}".`);
  }
  const auth = jsonObject(cloud["auth"]);
  return {
    place: path,
    apiUrl: textOf(cloud, "image_endpoint_override")?.replace(imageApiPath, ""),
    bucketsUrl: textOf(cloud, "object_store_endpoint_override"),
    authUrl: textOf(auth, "auth_url"),
    username: textOf(auth, "username"),
    password: textOf(auth, "password"),
    userDomainName: textOf(auth, "user_domain_name"),
    projectName: textOf(auth, "project_name"),
    projectDomainName: textOf(auth, "project_domain_name"),
  };
}

function parseYaml(path: string, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new UsageError(`${path} is not YAML: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`, { cause: error });
  }
}
