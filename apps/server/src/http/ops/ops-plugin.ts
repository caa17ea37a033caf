import type { FastifyPluginAsyncTypebox } from "@fastify/type-provider-typebox";
import { AliveBody, ReadyBody } from "@tintype/contract/ops/health.ts";
import type { FastifyBaseLogger } from "fastify";

/** One thing that has to work before requests can be served. */
export interface ReadinessCheck {
  readonly name: string;
  /** Throws when it does not work. */
  run(): Promise<void>;
}

export interface OpsServices {
  readonly version: string;
  readonly checks: readonly ReadinessCheck[];
  readonly metrics: { render(): Promise<{ readonly contentType: string; readonly text: string }> };
}

/** Health, readiness and measurements, for those who run the service. Needs no credentials and tells nothing about anyone's data. */
export function opsPlugin({ version, checks, metrics }: OpsServices): FastifyPluginAsyncTypebox {
  // The checks touch the disk: whoever asks while they run shares their outcome.
  let underWay: Promise<ReadyBody["checks"]> | undefined;
  return async (app) => {
    const config = { access: "anyone" } as const;
    app.get("/healthz", { config, schema: { response: { 200: AliveBody } } }, async () => ({ status: "alive" as const, version }));
    app.get("/readyz", { config, schema: { response: { 200: ReadyBody, 503: ReadyBody } } }, async (request, reply) => {
      underWay ??= runAll(checks, request.log).finally(() => (underWay = undefined));
      const results = await underWay;
      const isReady = results.every(({ ok }) => ok);
      return await reply.code(isReady ? 200 : 503).send({ status: isReady ? "ready" : "unready", checks: results });
    });
    app.get("/metrics", { config }, async (_request, reply) => {
      const { contentType, text } = await metrics.render();
      return await reply.type(contentType).send(text);
    });
  };
}

async function runAll(checks: readonly ReadinessCheck[], log: FastifyBaseLogger): Promise<ReadyBody["checks"]> {
  return await Promise.all(
    checks.map(async ({ name, run }) => {
      try {
        await run();
        return { name, ok: true };
      } catch (error) {
        log.error({ err: error, check: name }, "A readiness check failed");
        return { name, ok: false, reason: error instanceof Error ? error.message : String(error) };
      }
    }),
  );
}
