import { pino } from "pino";
import type { FastifyInstance, LightMyRequestResponse, preValidationAsyncHookHandler } from "fastify";
import { createApp } from "@tintype/server/http/create-app.ts";
import { kmsPlugin } from "@tintype/server/http/kms/kms-plugin.ts";
import type { DomainId, ProjectId, UserId } from "@tintype/server/ports/ids.ts";
import type { KeyService } from "@tintype/server/ports/key-service.ts";
import { rightsOfRoles } from "@tintype/server/testing/transfer-world.ts";
import { KeyWorld } from "@tintype/server/testing/key-world.ts";

/** Who calls: a project and the roles in it. */
export interface Caller {
  readonly project: string | undefined;
  readonly roles: readonly string[];
}

export const demo: Caller = { project: "demo", roles: ["member", "reader"] };
export const alt: Caller = { project: "alt", roles: ["member", "reader"] };
export const reader: Caller = { project: "demo", roles: ["reader"] };
export const administrator: Caller = { project: "admin", roles: ["admin", "member", "reader"] };

/** Takes the caller from a header of the tests' own. */
const believeCaller: preValidationAsyncHookHandler = async (request) => {
  const { project, roles } = JSON.parse(String(request.headers["x-caller"])) as Caller;
  request.principal = {
    userId: "u" as UserId,
    userName: "u",
    domainId: "d0" as DomainId,
    domainName: "Default",
    project: project === undefined ? undefined : { id: project as ProjectId, name: project },
    ...rightsOfRoles(...roles),
    method: "token",
    at: 0,
  };
};

/** The KMS dialect over local keys in a temporary folder. */
export class KmsServer implements AsyncDisposable {
  readonly world: KeyWorld;
  readonly keys: KeyService;
  readonly app: FastifyInstance;

  private constructor(world: KeyWorld, keys: KeyService, app: FastifyInstance) {
    this.world = world;
    this.keys = keys;
    this.app = app;
  }

  static async open(options: { readonly perProject?: number; readonly requirePrincipal?: preValidationAsyncHookHandler } = {}) {
    const world = await KeyWorld.open();
    const keys = await world.local();
    const app = createApp({ log: pino({ level: "silent" }), ids: world.ids, maxBodyBytes: 64 * 1024, metrics: { observeRequest() {} } });
    const limits = { keys: { perProject: options.perProject ?? 100 } };
    await app.register(kmsPlugin({ keys, limits, region: "local-1", requirePrincipal: options.requirePrincipal ?? believeCaller }));
    return new KmsServer(world, keys, app);
  }

  /** Sends a call; a text is sent as it is. */
  // oxlint-disable-next-line max-params -- a call reads best on one line
  async call(
    call: string,
    body: object | string | undefined,
    caller: Caller = demo,
    project = caller.project,
  ): Promise<LightMyRequestResponse> {
    const headers = { "x-caller": JSON.stringify(caller), "content-type": "application/json" };
    const payload = typeof body === "object" ? JSON.stringify(body) : body;
    return await this.app.inject({
      method: "POST",
      url: `/v1.0/${project}/kms/${call}`,
      headers,
      ...(payload === undefined ? {} : { payload }),
    });
  }

  /** Sends a call that must succeed; answers its body. */
  async ok<T>(call: string, body: object, caller: Caller = demo): Promise<T> {
    const answer = await this.call(call, body, caller);
    if (answer.statusCode !== 200) {
      throw new Error(`${call} was refused: ${answer.body}`);
    }
    return answer.json<T>();
  }

  /** Makes a key; answers its id. */
  async key(alias: string, caller: Caller = demo): Promise<string> {
    const { key_info } = await this.ok<{ key_info: { key_id: string } }>("create-key", { key_alias: alias }, caller);
    return key_info.key_id;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.app.close();
    await this.world[Symbol.asyncDispose]();
  }
}

/** Code of a refusal with its status in front: `404 KMS.0207`. */
export function refusalOf(answer: LightMyRequestResponse): string {
  const { error } = answer.json<{ error?: { error_code?: string; code?: number } }>();
  return `${answer.statusCode} ${error?.error_code ?? error?.code}`;
}
