import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ApiServer } from "../api/api-server.ts";
import type { Tenant } from "./ims-caller.ts";

function tenant(name: string, projectId: string): Tenant {
  return {
    name,
    password: `${name}-password`,
    accessKey: `${name.toUpperCase()}ACCESSKEY`,
    secretKey: `${name}-secret-key-for-tests`,
    projectId,
  };
}

/** Two tenants, each with a project of its own; the first project is named like the region, as clients expect it. */
export const owner = tenant("owner", "0123456789abcdef0123456789abcdef");
export const partner = tenant("partner", "966aaed4cfe6512089f064d6c459770b");

const user = ({ name, password, accessKey, secretKey }: Tenant, project: string) => ({
  name,
  password,
  grants: [{ project, roles: ["member", "EPS FullAccess"] }],
  accessKeys: [{ access: accessKey, secret: secretKey }],
});

const people = {
  domain: { id: "default", name: "Default" },
  region: "RegionOne",
  projects: [
    { id: owner.projectId, name: "RegionOne" },
    { id: partner.projectId, name: "RegionOne_partner" },
  ],
  users: [user(owner, "RegionOne"), user(partner, "RegionOne_partner")],
};

/** The whole service, listening, with buckets that its tenants can fill. */
export class ContractWorld implements AsyncDisposable {
  readonly server: ApiServer;
  readonly #folder: string;
  readonly #clients = new Map<Tenant, S3Client>();
  readonly #buckets = new Set<string>();

  private constructor(server: ApiServer, folder: string) {
    this.server = server;
    this.#folder = folder;
  }

  static async open(env: Record<string, string> = {}): Promise<ContractWorld> {
    const folder = await mkdtemp(join(tmpdir(), "tintype-contract-"));
    const file = join(folder, "bootstrap.json");
    await writeFile(file, JSON.stringify(people));
    return new ContractWorld(await ApiServer.open({ TINTYPE_BOOTSTRAP_FILE: file, ...env }), folder);
  }

  get url(): string {
    return this.server.url;
  }

  async putFile(who: Tenant, bucket: string, key: string, content: Uint8Array): Promise<void> {
    const client = this.#client(who);
    if (!this.#buckets.has(bucket)) {
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
      this.#buckets.add(bucket);
    }
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: content }));
  }

  async deleteFile(who: Tenant, bucket: string, key: string): Promise<void> {
    await this.#client(who).send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
  }

  async getFile(who: Tenant, bucket: string, key: string): Promise<Uint8Array> {
    const { Body: body } = await this.#client(who).send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    if (body === undefined) {
      throw new Error(`${bucket}:${key} has no content`);
    }
    return await body.transformToByteArray();
  }

  #client(who: Tenant): S3Client {
    const client =
      this.#clients.get(who) ??
      new S3Client({
        endpoint: this.server.obsUrl,
        region: "RegionOne",
        forcePathStyle: true,
        credentials: { accessKeyId: who.accessKey, secretAccessKey: who.secretKey },
      });
    this.#clients.set(who, client);
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients.values()) {
      client.destroy();
    }
    await this.server[Symbol.asyncDispose]();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
