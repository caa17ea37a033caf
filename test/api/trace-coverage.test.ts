import assert from "node:assert/strict";
import { test } from "node:test";
import type { ApiPortServices } from "@tintype/server/http/create-api.ts";
import type { RouteTrace } from "@tintype/server/http/route-access.ts";
import { openAudited, tracesOf } from "./audit-calls.ts";
import { hollowApi } from "./hollow-api.ts";
import { administrator, demo } from "./ims-server.ts";
import { untracedRoutes } from "./untraced-routes.table.ts";

interface FoundRoute {
  readonly name: string;
  readonly trace: RouteTrace | undefined;
}

/** Every route of every dialect on the API's port that changes something, by its method. */
async function changingRoutes(): Promise<readonly FoundRoute[]> {
  const routes: FoundRoute[] = [];
  const onRoute: ApiPortServices["onRoute"] = ({ method, url, config }) => {
    for (const name of [method].flat()) {
      if (!["GET", "HEAD", "OPTIONS"].includes(name)) {
        routes.push({ name: `${name} ${url}`, trace: config?.trace });
      }
    }
  };
  const app = await hollowApi({ onRoute });
  await app.ready();
  await app.close();
  return routes;
}

const routes = await changingRoutes();

test("R-330: every route that changes something leaves a trace, or stands among the reviewed exceptions", () => {
  const missing = routes.filter(({ name, trace }) => trace === undefined && !Object.hasOwn(untracedRoutes, name));
  assert.deepEqual(
    missing.map(({ name }) => name),
    [],
    "set config.trace on these routes",
  );
  assert.ok(routes.length > 40, `${routes.length} routes`);
});

test("R-330: one call of any route of IMS, CTS and our own API leaves exactly one trace with user, resource type and result", async () => {
  await using server = await openAudited({ limits: { traces: { unknownPerMinute: 1000 } } });
  const called = routes.filter(
    ({ name, trace }) => trace !== undefined && ["IMS", "CTS", "Tintype"].includes(trace.service) && server.app.hasRoute(routeOf(name)),
  );
  for (const { name, trace } of called) {
    const { method, url } = routeOf(name);
    const path = url.replace(":project_id", "demo").replaceAll(/:\w+/g, "x");
    const before = new Set((await tracesOf(server, "", administrator)).map(({ trace_id: id }) => id));
    const own = new Set((await tracesOf(server)).map(({ trace_id: id }) => id));
    server.world.clock.advance(1);
    const answer = await server.call(method, path, {}, demo);
    await server.app.inject({ method, url: path });
    const fresh = (await tracesOf(server)).filter(({ trace_id: id }) => !own.has(id));
    assert.deepEqual(
      fresh.map((found) => [found.trace_name, found.resource_type, found.user?.name, found.code]),
      [[trace?.name, trace?.resourceType, "user of demo", String(answer.statusCode)]],
      name,
    );
    const unknown = (await tracesOf(server, "", administrator)).filter(({ trace_id: id }) => !before.has(id));
    assert.deepEqual(
      unknown.map((found) => [found.trace_name, found.user, found.code]),
      [[trace?.name, null, "401"]],
      name,
    );
  }
  assert.ok(called.length > 25, `${called.length} routes`);
});

function routeOf(name: string): { readonly method: "POST" | "PUT" | "PATCH" | "DELETE"; readonly url: string } {
  const [method = "", url = ""] = name.split(" ");
  // Those that `changingRoutes` finds are no others.
  return { method: method as "POST", url };
}

test("the exceptions are routes that there are, and that leave no trace", () => {
  const untraced = new Set(routes.filter(({ trace }) => trace === undefined).map(({ name }) => name));
  assert.deepEqual(
    Object.keys(untracedRoutes).filter((name) => !untraced.has(name)),
    [],
  );
});

test("the names of traces have the documented form", () => {
  for (const { name, trace } of routes) {
    if (trace !== undefined) {
      assert.match(trace.name, /^[A-Za-z][\w.-]{0,63}$/, name);
      assert.match(trace.service, /^[A-Z][A-Za-z]{1,15}$/, name);
      assert.match(trace.resourceType, /^[A-Za-z][A-Za-z0-9]{0,31}$/, name);
    }
  }
});

test("the extension's and the native calls of IMS have the documented names", () => {
  const namesOf = (type: string) =>
    new Set(routes.flatMap(({ trace }) => (trace?.service === "IMS" && trace.resourceType === type ? [trace.name] : [])));
  const extension = ["createImage", "updateImage", "copyImage", "exportImage", "addMember", "updateMember", "deleteMemeber"];
  const native = ["createImage", "updateImage", "deleteImage", "addTag", "deleteTag", "addMember", "updateMember", "deleteMember"];
  assert.deepEqual(
    extension.filter((name) => !namesOf("ims").has(name)),
    [],
  );
  assert.deepEqual(
    native.filter((name) => !namesOf("image").has(name)),
    [],
  );
});
