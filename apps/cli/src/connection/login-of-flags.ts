import type { ConnectionFlags } from "./connection-flags.ts";
import type { Login } from "./login.ts";

export function loginOfFlags(flags: ConnectionFlags): Login {
  return {
    place: "flags",
    apiUrl: flags.endpoint,
    bucketsUrl: flags.obsEndpoint,
    authUrl: flags.authUrl,
    username: flags.username,
    password: flags.password,
    projectName: flags.project,
    accessKey: flags.accessKey,
    secretKey: flags.secretKey,
  };
}
