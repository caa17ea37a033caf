import { S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import type { S3ClientConfig } from "@aws-sdk/client-s3";
import { ObsWorld } from "../../apps/server/src/testing/obs-world.ts";

/** A listening bucket endpoint, and S3 clients of its users. */
export class ObsSetup implements AsyncDisposable {
  readonly world: ObsWorld;
  readonly #clients: S3Client[] = [];

  private constructor(world: ObsWorld) {
    this.world = world;
  }

  static async start(ceilings: Parameters<typeof ObsWorld.open>[0] = {}): Promise<ObsSetup> {
    return new ObsSetup(await (await ObsWorld.open(ceilings)).start());
  }

  client(user: Parameters<ObsWorld["user"]>[0] = "member", options: Partial<S3ClientConfig> & { readonly secret?: string } = {}): S3Client {
    const { access, secret } = this.world.user(user);
    const client = new S3Client({
      endpoint: this.world.endpoint,
      region: "local-1",
      forcePathStyle: true,
      credentials: { accessKeyId: access, secretAccessKey: options.secret ?? secret },
      maxAttempts: 1,
      ...options,
    });
    this.#clients.push(client);
    return client;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) {
      client.destroy();
    }
    await this.world[Symbol.asyncDispose]();
  }
}

/** For `assert.rejects`: an error of S3 with that code and status. */
export function s3Error(code: string, status: number): (error: unknown) => boolean {
  return (error) => {
    if (!(error instanceof S3ServiceException) || error.name !== code || error.$metadata.httpStatusCode !== status) {
      throw new Error(`Expected ${code} ${status}`, { cause: error });
    }
    return true;
  };
}
