import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { openLocalStore } from "@tintype/store/open-local-store.ts";
import type { ChunkStore } from "@tintype/store/store.ts";
import { threadedDigests } from "../../apps/server/src/adapters/digests/threaded-digests.ts";
import { ObsWorld } from "../../apps/server/src/testing/obs-world.ts";

const run = promisify(execFile);
const size = 20 * 1024 * 1024;

let folder: string;
let file: string;
let world: ObsWorld<ChunkStore>;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tintype-obs-clients-"));
  file = join(folder, "file");
  await writeTestFile(file);
  world = await ObsWorld.on((unwrapKey) => openLocalStore(join(folder, "store"), { unwrapKey }), threadedDigests({ threads: 1 }));
  await world.start();
});
after(async () => {
  await world[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

/** Half noise, half zeros, so that chunks of both kinds are stored. */
async function writeTestFile(path: string): Promise<void> {
  await using handle = await open(path, "w");
  await handle.truncate(size);
  await handle.write(Buffer.from(Array.from({ length: size / 2 }, (_, index) => (index * 2654435761) >>> 24)), 0, size / 2, size / 4);
}

async function sha256(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/** A command line client, as one would call it in a shell. */
interface Client {
  readonly program: string;
  /** Tells whether it is there and works. */
  readonly probe: readonly string[];
  run(...args: readonly string[]): Promise<string>;
}

function clientOf(program: string, probe: readonly string[], options: () => { args: readonly string[]; env: NodeJS.ProcessEnv }): Client {
  return {
    program,
    probe,
    run: async (...args) => {
      const { args: before, env } = options();
      const { stdout } = await run(program, [...before, ...args], { env: { ...process.env, ...env } });
      return stdout;
    },
  };
}

const s3cmd = clientOf("s3cmd", ["--version"], () => {
  const { host } = new URL(world.endpoint);
  const { access, secret } = world.user("member");
  const endpoint = ["--no-ssl", `--host=${host}`, `--host-bucket=${host}`];
  return { args: ["--config=/dev/null", "--no-progress", ...endpoint, `--access_key=${access}`, `--secret_key=${secret}`], env: {} };
});

const aws = clientOf("aws", ["--version"], () => {
  const { access, secret } = world.user("member");
  const env = {
    AWS_ACCESS_KEY_ID: access,
    AWS_SECRET_ACCESS_KEY: secret,
    AWS_DEFAULT_REGION: "local-1",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_CONFIG_FILE: "/dev/null",
  };
  return { args: ["--endpoint-url", world.endpoint], env };
});

/** Why a client cannot be tested here, or false. */
async function missing({ program, probe }: Client): Promise<string | false> {
  try {
    await run(program, probe);
    return false;
  } catch (error) {
    return `${program} does not work here: ${error instanceof Error ? error.message : String(error)}`;
  }
}

test("R-060: s3cmd makes a bucket, uploads in parts, lists, copies, downloads and cleans up", { skip: await missing(s3cmd) }, async () => {
  await s3cmd.run("mb", "s3://from-s3cmd");
  await s3cmd.run("put", file, "s3://from-s3cmd/folder/ä b+c.img", "--multipart-chunk-size-mb=5");
  assert.match(await s3cmd.run("ls", "s3://from-s3cmd"), /DIR\s+s3:\/\/from-s3cmd\/folder\/\n/);
  assert.match(await s3cmd.run("ls", "--recursive", "s3://from-s3cmd"), new RegExp(`${size}\\s+s3://from-s3cmd/folder/ä b\\+c.img`));
  await s3cmd.run("cp", "s3://from-s3cmd/folder/ä b+c.img", "s3://from-s3cmd/copy");
  for (const name of ["folder/ä b+c.img", "copy"]) {
    const back = join(folder, "s3cmd-back");
    await s3cmd.run("get", "--force", `s3://from-s3cmd/${name}`, back);
    assert.equal(await sha256(back), await sha256(file));
  }
  assert.match(await s3cmd.run("info", "s3://from-s3cmd"), /Location:\s+local-1/);
  await s3cmd.run("del", "--recursive", "--force", "s3://from-s3cmd");
  await s3cmd.run("rb", "s3://from-s3cmd");
  assert.deepEqual(await world.leftovers("from-s3cmd"), []);
});

test("R-060: aws makes a bucket, uploads in parts, lists, copies, downloads and cleans up", { skip: await missing(aws) }, async () => {
  await aws.run("s3", "mb", "s3://from-aws");
  await aws.run("s3", "cp", file, "s3://from-aws/folder/ä b+c.img", "--no-progress");
  assert.match(await aws.run("s3", "ls", "s3://from-aws/"), /PRE folder\//);
  assert.match(await aws.run("s3", "ls", "--recursive", "s3://from-aws"), new RegExp(`${size} folder/ä b\\+c.img`));
  await aws.run("s3", "cp", "s3://from-aws/folder/ä b+c.img", "s3://from-aws/copy", "--no-progress");
  for (const name of ["folder/ä b+c.img", "copy"]) {
    const back = join(folder, "aws-back");
    await aws.run("s3", "cp", `s3://from-aws/${name}`, back, "--no-progress");
    assert.equal(await sha256(back), await sha256(file));
  }
  await aws.run("s3", "rb", "--force", "s3://from-aws");
  assert.deepEqual(await world.leftovers("from-aws"), []);
});

test("R-061: aws uploads with SSE-KMS, in parts too, sees the key, and downloads", { skip: await missing(aws) }, async () => {
  await aws.run("s3", "mb", "s3://sealed-aws");
  await aws.run("s3", "cp", file, "s3://sealed-aws/file", "--sse", "aws:kms", "--no-progress");
  const head = await aws.run("s3api", "head-object", "--bucket", "sealed-aws", "--key", "file", "--output", "json");
  const { ServerSideEncryption: method, SSEKMSKeyId: keyId } = JSON.parse(head) as Record<string, string>;
  assert.deepEqual([method, typeof keyId], ["aws:kms", "string"]);
  await aws.run(
    "s3",
    "cp",
    "s3://sealed-aws/file",
    "s3://sealed-aws/copy",
    "--sse",
    "aws:kms",
    "--sse-kms-key-id",
    keyId ?? "",
    "--no-progress",
  );
  for (const name of ["file", "copy"]) {
    const back = join(folder, "aws-sealed");
    await aws.run("s3", "cp", `s3://sealed-aws/${name}`, back, "--no-progress");
    assert.equal(await sha256(back), await sha256(file));
  }
  await aws.run("s3", "rb", "--force", "s3://sealed-aws");
});
