import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApiServer, people } from "./api-server.ts";

/** What a call answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body, or an empty object. */
  readonly json: Record<string, any>; // oxlint-disable-line typescript/no-explicit-any -- tests look into answers of every shape
}

/** Ids of the projects of `people`. */
export const projects = {
  admin: "f0de0e66e6b65bed9a9f73459b6adbe7",
  demo: "966aaed4cfe6512089f064d6c459770b",
  alt: "5978455907e252039ef62c687322244b",
  region: "0123456789abcdef0123456789abcdef",
} as const;

/** The whole service, and an administrator who looks after its users. */
export class IamServer implements AsyncDisposable {
  readonly server: ApiServer;
  readonly adminToken: string;
  readonly #folder: string;

  private constructor(server: ApiServer, folder: string, adminToken: string) {
    this.server = server;
    this.#folder = folder;
    this.adminToken = adminToken;
  }

  static async open(more: object = {}): Promise<IamServer> {
    const folder = await mkdtemp(join(tmpdir(), "tintype-iam-"));
    const file = join(folder, "bootstrap.json");
    await writeFile(file, JSON.stringify({ ...people, ...more }));
    const server = await ApiServer.open({ TINTYPE_BOOTSTRAP_FILE: file });
    return new IamServer(server, folder, await tokenOf(server, { name: "admin", password: "secret", project: projects.admin }));
  }

  /** Calls with the administrator's token unless another one is given. */
  async call(
    method: string,
    path: string,
    options: { readonly token?: string; readonly body?: object; readonly headers?: object } = {},
  ): Promise<Answer> {
    const { token = this.adminToken, body, headers = {} } = options;
    const answer = await fetch(`${this.server.url}${path}`, {
      method,
      headers: { "x-auth-token": token, ...(body && { "content-type": "application/json" }), ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, text, json: text.startsWith("{") ? (JSON.parse(text) as Answer["json"]) : {} };
  }

  /** Calls, and insists on a status. */
  async ok(method: string, path: string, options: Parameters<IamServer["call"]>[2] & { readonly status?: number } = {}): Promise<Answer> {
    const answer = await this.call(method, path, options);
    const { status = method === "POST" ? 201 : method === "GET" ? 200 : 204 } = options;
    if (answer.status !== status) {
      throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    }
    return answer;
  }

  /** Makes a user with the password `password`; answers its id. */
  async user(name: string): Promise<string> {
    return (await this.ok("POST", "/v3/users", { body: { user: { name, password: "password" } } })).json["user"].id as string;
  }

  /** Makes a group with these users; answers its id. */
  async group(name: string, ...users: readonly string[]): Promise<string> {
    const id = (await this.ok("POST", "/v3/groups", { body: { group: { name } } })).json["group"].id as string;
    for (const user of users) {
      await this.ok("PUT", `/v3/groups/${id}/users/${user}`);
    }
    return id;
  }

  /** Makes a custom policy; answers its id. */
  async policy(name: string, ...statements: readonly object[]): Promise<string> {
    const policy = { Version: "1.1", Statement: statements };
    const body = { role: { display_name: name, type: "XA", description: "for a test", policy } };
    return (await this.ok("POST", "/v3.0/OS-ROLE/roles", { body })).json["role"].id as string;
  }

  /** Makes a user with roles in a project, through a group; answers its token there. */
  async member(name: string, project: string, ...roles: readonly string[]): Promise<string> {
    const group = await this.group(`group of ${name}`, await this.user(name));
    for (const role of roles) {
      await this.ok("PUT", `/v3/projects/${project}/groups/${group}/roles/${role}`);
    }
    return await this.token(name, project);
  }

  /** A token of a user that `user` made. */
  async token(name: string, project?: string): Promise<string> {
    return await tokenOf(this.server, { name, password: "password", project });
  }

  /** Makes an image of its metadata; answers its id. */
  async image(token: string, fields: object = {}): Promise<string> {
    const body = { __os_version: "Ubuntu 20.04 server 64bit", name: "image", ...fields };
    return (await this.ok("POST", "/v2/images", { token, body })).json["id"] as string;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

async function tokenOf(
  server: ApiServer,
  { name, password, project }: { readonly name: string; readonly password: string; readonly project?: string | undefined },
): Promise<string> {
  const identity = { methods: ["password"], password: { user: { name, password, domain: { id: "default" } } } };
  const auth = { identity, ...(project !== undefined && { scope: { project: { id: project } } }) };
  const answer = await fetch(`${server.url}/v3/auth/tokens?nocatalog`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ auth }),
  });
  if (answer.status !== 201) {
    throw new Error(`${name} got no token: ${answer.status} ${await answer.text()}`);
  }
  return answer.headers.get("x-subject-token") ?? "";
}
