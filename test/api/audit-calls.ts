import { ServiceError } from "@tintype/contract/service-error.ts";
import type { ListTracesAnswer, Trace } from "@tintype/contract/cts/traces.ts";
import { principalOf } from "@tintype/server/testing/transfer-world.ts";
import { ImsServer, demo, refusalOf } from "./ims-server.ts";
import type { Caller, ImsServerOptions } from "./ims-server.ts";

/** A server that knows callers who say who they are, and refuses the others. */
export async function openAudited(options: ImsServerOptions = {}): Promise<ImsServer> {
  return await ImsServer.open({
    ...options,
    requirePrincipal: () => async (request) => {
      const header = request.headers["x-caller"];
      if (header === undefined) {
        throw new ServiceError("identity.authenticationRequired");
      }
      const { project, roles } = JSON.parse(String(header)) as Caller;
      request.principal = principalOf(project, ...roles);
    },
  });
}

/** One page of the traces of a caller's project. */
export async function page(server: ImsServer, query = "", caller = demo): Promise<ListTracesAnswer> {
  const answer = await server.call("GET", `/v3/${caller.project}/traces?trace_type=system&${query}`, undefined, caller);
  if (answer.statusCode !== 200) {
    throw new Error(`The query was refused: ${refusalOf(answer)} ${answer.body}`);
  }
  return answer.json<ListTracesAnswer>();
}

/** The traces of a caller's project, newest first. */
export async function tracesOf(server: ImsServer, query = "", caller = demo): Promise<readonly Trace[]> {
  return (await page(server, `limit=200&${query}`, caller)).traces;
}

/** The newest trace. */
export async function lastTrace(server: ImsServer, query = "", caller = demo): Promise<Trace> {
  const [trace] = await tracesOf(server, query, caller);
  if (trace === undefined) {
    throw new Error("There is no trace");
  }
  return trace;
}
