import { Session } from "@tintype/client/session/session.ts";
import type { SessionOptions } from "@tintype/client/session/session.ts";
import type { CliContext } from "../context.ts";
import type { ConnectionFlags } from "./connection-flags.ts";
import { findConnection } from "./find-connection.ts";
import type { Login } from "./login.ts";
import { loginOfCloud } from "./login-of-cloud.ts";
import { loginOfEnvironment } from "./login-of-environment.ts";
import { loginOfFlags } from "./login-of-flags.ts";

/**
 * Finds the server and the caller: flags, then an entry of clouds.yaml that a flag names, then the environment, then an entry that
 * the environment names, then what the server of this machine left for its owner. Nothing is sent before the first call.
 */
export async function openSession(context: Pick<CliContext, "env" | "process" | "timers">, flags: ConnectionFlags): Promise<Session> {
  const { env } = context;
  const places: Login[] = [loginOfFlags(flags)];
  if (flags.cloud !== undefined) {
    places.push(await loginOfCloud(env, flags.cloud));
  }
  places.push(loginOfEnvironment(env));
  if (flags.cloud === undefined && env["OS_CLOUD"] !== undefined && env["OS_CLOUD"] !== "") {
    places.push(await loginOfCloud(env, env["OS_CLOUD"]));
  }
  const connection = await findConnection(env, places, "key");
  const onRequest: SessionOptions["onRequest"] = flags.showCurl
    ? (request) => context.process.stderr.write(`${curlOf(request)}\n`)
    : undefined;
  return new Session({ ...connection, timers: context.timers, onRequest });
}

type Request = Parameters<NonNullable<SessionOptions["onRequest"]>>[0];

/** A request as a command to type. Who calls is left to the reader: the proof would be a secret. */
function curlOf({ method, url, headers, body }: Request): string {
  const shown = Object.entries({ ...headers, "x-auth-token": "$TOKEN" }).map(([name, value]) => `-H '${name}: ${value}'`);
  const data = body === undefined ? [] : [`--data ${quote(body)}`];
  return ["curl", method === "HEAD" ? "-I" : `-X ${method}`, ...shown, ...data, quote(url.href)].join(" ");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
