import type { Environment } from "../environment.ts";
import type { Login } from "./login.ts";

/** Reads our variables, those of OpenStack's clients, and those of Huawei Cloud's. An empty one counts as not set. */
export function loginOfEnvironment(env: Environment): Login {
  const read = (name: string): string | undefined => env[name] || undefined;
  return {
    place: "the environment",
    apiUrl: read("TINTYPE_ENDPOINT"),
    bucketsUrl: read("TINTYPE_OBS_ENDPOINT"),
    authUrl: read("OS_AUTH_URL"),
    username: read("OS_USERNAME"),
    password: read("OS_PASSWORD"),
    userDomainName: read("OS_USER_DOMAIN_NAME"),
    projectName: read("OS_PROJECT_NAME"),
    projectDomainName: read("OS_PROJECT_DOMAIN_NAME"),
    accessKey: read("HUAWEICLOUD_ACCESS_KEY"),
    secretKey: read("HUAWEICLOUD_SECRET_KEY"),
  };
}
