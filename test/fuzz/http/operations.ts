import type { HTTPMethods, onRouteHookHandler } from "fastify";
import type { TSchema } from "typebox";

/** As much of JSON Schema as the schemas of calls have. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** One call that the service offers on the API's port. */
export interface Operation {
  readonly method: HTTPMethods;
  /** With `:name` for its parameters, and `*` for the rest. */
  readonly path: string;
  readonly body: Schema | undefined;
  readonly query: Schema | undefined;
  readonly headers: Schema | undefined;
  /** Of its answers, by status. */
  readonly answers: Readonly<Record<string, TSchema>>;
}

/** Gathers every call of every dialect as it is registered. */
export function listenForRoutes(): { readonly onRoute: onRouteHookHandler; readonly operations: readonly Operation[] } {
  const operations: Operation[] = [];
  const onRoute: onRouteHookHandler = ({ method, url, schema }) => {
    for (const name of [method].flat()) {
      // The schemas of routes are JSON Schema.
      const { body, querystring, headers } = (schema ?? {}) as Readonly<Record<string, Schema | undefined>>;
      const answers = (schema?.response ?? {}) as Operation["answers"];
      operations.push({ method: name, path: url, body, query: querystring, headers, answers });
    }
  };
  return { onRoute, operations };
}
