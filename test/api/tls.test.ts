import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { request as plainRequest } from "node:http";
import { Agent, request } from "node:https";
import { json } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { connect } from "node:tls";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { ApiServer } from "./api-server.ts";

const folder = "test/fixtures/tls";
const [certFile, keyFile, otherKey] = [`${folder}/certificate.pem`, `${folder}/key.pem`, `${folder}/other-key.pem`];
const env = {
  TINTYPE_HTTP_TLS_CERT_FILE: certFile,
  TINTYPE_HTTP_TLS_KEY_FILE: keyFile,
  TINTYPE_OBS_TLS_CERT_FILE: certFile,
  TINTYPE_OBS_TLS_KEY_FILE: keyFile,
};

let server: ApiServer;
let ca: Buffer;

before(async () => {
  [server, ca] = [await ApiServer.open(env), await readFile(certFile)];
});

after(async () => {
  await server[Symbol.asyncDispose]();
});

interface Heard {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

/** A call of a client that knows the certificate, or is told to use another way. */
async function call(
  url: string,
  { method = "GET", body, trusts = ca }: { method?: string; body?: object; trusts?: Buffer | undefined } = {},
): Promise<Heard> {
  const { promise, resolve, reject } = Promise.withResolvers<Heard>();
  const sent = request(url, { method, ca: trusts, agent: false, headers: { "content-type": "application/json" } }, (answer) => {
    json(answer).then((text) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }), reject);
  });
  sent.once("error", reject);
  sent.end(body && JSON.stringify(body));
  return await promise;
}

test("R-317: with a certificate the API speaks HTTPS, and its catalog names https addresses", async () => {
  assert.match(server.url, /^https:\/\/127\.0\.0\.1:\d+$/);
  assert.match(server.obsUrl, /^https:\/\/127\.0\.0\.1:\d+$/);
  assert.equal((await call(`${server.url}/healthz`)).status, 200);
  const { username, password, projectName, domainName } = JSON.parse(
    await readFile(`${server.dataDir}/credentials.json`, "utf8"),
  ) as Record<string, string>;
  const user = { name: username, password, domain: { name: domainName } };
  const auth = {
    identity: { methods: ["password"], password: { user } },
    scope: { project: { name: projectName, domain: { name: domainName } } },
  };
  const { status, body } = await call(`${server.url}/v3/auth/tokens`, { method: "POST", body: { auth } });
  assert.equal(status, 201);
  const addresses = JSON.stringify(body).match(/https?:\/\/[^"]+/g) ?? [];
  assert.ok(addresses.length > 2, JSON.stringify(body));
  assert.deepEqual(
    addresses.filter((address) => !address.startsWith(server.url) && !address.startsWith(server.obsUrl)),
    [],
  );
});

test("R-317: with a certificate the buckets speak HTTPS to clients that know it", async () => {
  const { accessKey, secretKey } = JSON.parse(await readFile(`${server.dataDir}/credentials.json`, "utf8")) as Record<string, string>;
  const credentials = { accessKeyId: accessKey ?? "", secretAccessKey: secretKey ?? "" };
  const agent = new Agent({ ca });
  const client = new S3Client({
    endpoint: server.obsUrl,
    region: "local-1",
    forcePathStyle: true,
    credentials,
    requestHandler: { httpsAgent: agent },
  });
  await client.send(new CreateBucketCommand({ Bucket: "sealed" }));
  await client.send(new PutObjectCommand({ Bucket: "sealed", Key: "k", Body: "content" }));
  const { Body: content } = await client.send(new GetObjectCommand({ Bucket: "sealed", Key: "k" }));
  assert.equal(await content?.transformToString(), "content");
  client.destroy();
  agent.destroy();
});

test("R-317: nothing is answered without TLS, to who does not know the certificate, or in a version of TLS that is broken", async () => {
  for (const url of [server.url, server.obsUrl]) {
    const { port } = new URL(url);
    const plain = new Promise((resolve, reject) => {
      plainRequest({ host: "127.0.0.1", port, path: "/healthz", agent: false }, resolve).once("error", reject).end();
    });
    await assert.rejects(plain, /socket hang up|ECONNRESET/);
    await assert.rejects(call(`${url}/healthz`, { trusts: Buffer.from("") }), /self-signed|unable to verify/);
    const old = new Promise((resolve, reject) => {
      connect({ host: "127.0.0.1", port: Number(port), ca, minVersion: "TLSv1", maxVersion: "TLSv1.1" }, () => resolve("connected")).once(
        "error",
        reject,
      );
    });
    await assert.rejects(old, /protocol|alert|no protocols available|ECONNRESET/i);
  }
});

const refusals: readonly (readonly [title: string, change: Readonly<Record<string, string>>, sentence: RegExp])[] = [
  [
    "a certificate without a key",
    { TINTYPE_HTTP_TLS_CERT_FILE: certFile },
    /needs both TINTYPE_HTTP_TLS_CERT_FILE and TINTYPE_HTTP_TLS_KEY_FILE/,
  ],
  ["a key without a certificate", { TINTYPE_OBS_TLS_KEY_FILE: keyFile }, /needs both TINTYPE_OBS_TLS_CERT_FILE and/],
  [
    "a file that is not there",
    { TINTYPE_OBS_TLS_KEY_FILE: keyFile, TINTYPE_OBS_TLS_CERT_FILE: "/nothing" },
    /TINTYPE_OBS_TLS_CERT_FILE names cannot be read/,
  ],
  [
    "another certificate's key",
    { TINTYPE_HTTP_TLS_CERT_FILE: certFile, TINTYPE_HTTP_TLS_KEY_FILE: otherKey },
    /cannot be used together .*key values mismatch/,
  ],
  [
    "a file that is no certificate",
    { TINTYPE_HTTP_TLS_CERT_FILE: "package.json", TINTYPE_HTTP_TLS_KEY_FILE: keyFile },
    /cannot be used together/,
  ],
];

for (const [title, change, sentence] of refusals) {
  test(`R-317: the service does not start with ${title}, and says why`, async () => {
    await assert.rejects(ApiServer.open(change), (error: Error) => error.name === "StartError" && sentence.test(error.message));
  });
}
