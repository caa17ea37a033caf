import type { LightMyRequestResponse } from "fastify";
import { ImsServer, demo } from "./ims-server.ts";
import type { Caller, ImsServerOptions } from "./ims-server.ts";

/** An image as the Image API shows it. */
export type Shown = Readonly<Record<string, unknown>> & { readonly id: string };

/** An edit in the newer form of a patch. */
export type Edit = { readonly op: string; readonly path: string; readonly value?: unknown };

const newer = "application/openstack-images-v2.1-json-patch";
const older = "application/openstack-images-v2.0-json-patch";

/** A server, and calls of its OpenStack Image API. */
export class DeclaredServer implements AsyncDisposable {
  readonly ims: ImsServer;

  private constructor(ims: ImsServer) {
    this.ims = ims;
  }

  static async open(options: ImsServerOptions = {}): Promise<DeclaredServer> {
    return new DeclaredServer(await ImsServer.open(options));
  }

  /** Calls `/image/v2/images` and what is below it. */
  async call(method: "GET" | "POST" | "PUT" | "DELETE", path = "", caller: Caller = demo, body?: object): Promise<LightMyRequestResponse> {
    return await this.ims.call(method, `/image/v2/images${path}`, body, caller);
  }

  /** Makes an image, or insists on the status of a refusal. */
  async create(body: object = {}, caller: Caller = demo): Promise<Shown> {
    const answer = await this.call("POST", "", caller, body);
    if (answer.statusCode !== 201) {
      throw new Error(`${answer.statusCode} ${answer.body}`);
    }
    return answer.json<Shown>();
  }

  async refused(body: object, caller: Caller = demo): Promise<number> {
    return (await this.call("POST", "", caller, body)).statusCode;
  }

  async show(id: string, caller: Caller = demo): Promise<Shown> {
    return (await this.call("GET", `/${id}`, caller)).json<Shown>();
  }

  async patch(id: string, edits: readonly Edit[], caller: Caller = demo): Promise<LightMyRequestResponse> {
    return await this.ims.call("PATCH", `/image/v2/images/${id}`, JSON.stringify(edits), caller, newer);
  }

  async olderPatch(id: string, edits: readonly object[], caller: Caller = demo): Promise<LightMyRequestResponse> {
    return await this.ims.call("PATCH", `/image/v2/images/${id}`, JSON.stringify(edits), caller, older);
  }

  /** Names of the images that a query lists. */
  async names(query: string, caller: Caller = demo): Promise<string> {
    const answer = await this.call("GET", query, caller);
    if (answer.statusCode !== 200) {
      throw new Error(`${answer.statusCode} ${answer.body}`);
    }
    return answer
      .json<{ images: { name: string | null }[] }>()
      .images.map(({ name }) => name ?? "-")
      .join(" ");
  }

  async status(method: "GET" | "POST" | "PUT" | "DELETE", path: string, caller: Caller = demo, body?: object): Promise<number> {
    return (await this.call(method, path, caller, body)).statusCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.ims[Symbol.asyncDispose]();
  }
}
