import type { FastifyInstance } from "fastify";

/** Tells which methods an address has; none when nothing is routed there. */
export type RoutedMethods = (path: string) => readonly string[];

/** Remembers the routes that are registered on `app` after this call, so that a wrong method at a known address can be told from a wrong address. */
export function routedMethods(app: Pick<FastifyInstance, "addHook">): RoutedMethods {
  const methodsOf = new Map<string, Set<string>>();
  app.addHook("onRoute", ({ method, url }) => {
    const methods = methodsOf.get(url) ?? new Set();
    methodsOf.set(url, methods);
    for (const name of [method].flat()) {
      methods.add(name);
    }
  });
  let patterns: (readonly [pattern: RegExp, methods: ReadonlySet<string>])[] | undefined;
  return (path) => {
    patterns ??= [...methodsOf].map(([url, methods]) => [patternOf(url), methods] as const);
    return (
      patterns
        .find(([pattern]) => pattern.test(path))?.[1]
        .values()
        .toArray() ?? []
    );
  };
}

/** Static parts are letters, digits, slashes and underscores; a parameter is one whole part of the path, and not empty. */
function patternOf(url: string): RegExp {
  return new RegExp(`^${url.replaceAll(/:\w+/g, "[^/]+")}$`);
}
