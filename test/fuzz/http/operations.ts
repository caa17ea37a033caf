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

/** What is registered, as it is heard. */
export interface HeardRoutes {
  readonly onRoute: onRouteHookHandler;
  readonly operations: readonly Operation[];
  /** Waits until no handler is at work any more: one may be when its caller has long left. */
  idle(): Promise<void>;
}

/** Gathers every call of every dialect as it is registered. */
export function hearRoutes(): HeardRoutes {
  const operations: Operation[] = [];
  const atWork = new Set<Promise<unknown>>();
  const onRoute: onRouteHookHandler = (route) => {
    const { method, url, schema, handler } = route;
    for (const name of [method].flat()) {
      // The schemas of routes are JSON Schema.
      const { body, querystring, headers } = (schema ?? {}) as Readonly<Record<string, Schema | undefined>>;
      const answers = (schema?.response ?? {}) as Operation["answers"];
      operations.push({ method: name, path: url, body, query: querystring, headers, answers });
    }
    route.handler = async function heard(request, reply) {
      const work = Promise.resolve(handler.call(this, request, reply));
      atWork.add(work);
      try {
        return await work;
      } finally {
        atWork.delete(work);
      }
    };
  };
  return { onRoute, operations, idle: async () => void (await Promise.allSettled(atWork)) };
}
