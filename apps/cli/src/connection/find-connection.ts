import type { Environment } from "../environment.ts";
import { chooseLogin } from "./choose-login.ts";
import type { Connection } from "./choose-login.ts";
import type { Login } from "./login.ts";
import { localCredentialsPath, loginOfLocalServer } from "./login-of-local-server.ts";
import type { LocalProof } from "./login-of-local-server.ts";

/**
 * Finds the server and the caller in the places, or, when none of them names a caller, in what the server of this machine left for its
 * owner: by its access key, or by its password.
 *
 * Throws  UsageError when nothing is found, or something is missing
 */
export async function findConnection(env: Environment, places: readonly Login[], proof: LocalProof): Promise<Connection> {
  const isNamed = places.some(({ username, accessKey }) => username !== undefined || accessKey !== undefined);
  const local = isNamed ? undefined : await loginOfLocalServer(env, proof);
  return chooseLogin(places, local, localCredentialsPath(env));
}
