import assert from "node:assert/strict";
import { test } from "node:test";
import { configKeys } from "./config-keys.ts";
import { loadConfig } from "./load-config.ts";

const noFile = async (path: string): Promise<string> => {
  throw new Error(`ENOENT: no such file, open '${path}'`);
};

function load(input: { argv?: string[]; env?: Record<string, string>; files?: Record<string, string> }) {
  const readFile = async (path: string): Promise<string> => input.files?.[path] ?? noFile(path);
  return loadConfig({ argv: input.argv ?? [], env: input.env ?? {}, readFile });
}

test("the defaults are the documented ones", async () => {
  const { config, origins } = await load({});
  assert.deepEqual(config, {
    http: { host: "127.0.0.1", port: 9292, trustedProxies: "", tls: {} },
    obs: { host: "127.0.0.1", port: 9293, tls: {} },
    data: { dir: "./data" },
    store: { s3: { region: "us-east-1", prefix: "", addressing: "path" } },
    stores: {},
    cache: { maxGiB: 10, fill: "read" },
    upkeep: { collectHours: 6, graceMinutes: 60, scrubMiBPerMinute: 60, backupHours: 24, backupsKept: 7 },
    uploads: { expireHours: 24, maxGiB: 5120, perProject: 1000, silenceSeconds: 300 },
    fetch: { allow: "", silenceSeconds: 30 },
    audit: { saveMinutes: 5 },
    region: "local-1",
    bootstrap: {},
    keys: { vault: { mount: "transit" } },
    log: { level: "info" },
    images: { formatMatch: "required", digest: "sha512", locations: "shown" },
    osLists: {},
    tokens: { lifetimeHours: 24 },
    limits: {
      images: { perProject: 50 },
      jobs: { concurrentPerProject: 40, running: 2, fetching: 4, fetchingPerProject: 3 },
      imports: {
        maxFileGiB: 128,
        maxQuickFileGiB: 1024,
        maxDataCapacityGiB: 2048,
        maxDataStoredGiB: 1024,
        maxDataDisks: 3,
        maxUploadMiB: 2048,
      },
      uploads: { maxGiB: 1024 },
      exports: { maxDiskGiB: 128, maxQuickDiskGiB: 1024, refusedPlatforms: "Windows,SUSE,RedHat,Ubuntu,Oracle Linux" },
      copies: {
        maxDiskGiB: 128,
        maxCrossRegionGiB: 128,
        largeRegions: "cn-south-1,cn-east-3,cn-east-2,cn-north-4",
        maxLargeRegionGiB: 300,
        concurrentPerProject: 5,
      },
      recycleBin: { days: 0 },
      disks: { minSystemGiB: 1, maxSystemGiB: 1024, minDataGiB: 1, maxDataGiB: 2048 },
      keys: { perProject: 100 },
      tags: { perImage: 10 },
      predefinedTags: { perDomain: 500 },
      enterpriseProjects: { perDomain: 100 },
      traces: { shownDays: 7, unknownPerMinute: 60 },
      members: { perImage: 128, perWholeImage: 10, perCall: 100 },
      imageApi: { tagsPerImage: 128, storedGiB: 0, stagedGiB: 0, incoming: 0 },
      properties: { perImage: 128 },
      locations: { perImage: 10 },
      http: { maxBodyMiB: 12 },
    },
  });
  assert.deepEqual(origins["http.port"], { source: "default" });
});

test("a flag goes over the environment, the environment over the file, the file over the default", async () => {
  const files = { "t.json": JSON.stringify({ http: { port: 1, host: "file" }, obs: { port: 2 }, region: "r-1" }) };
  const { config, origins } = await load({
    files,
    env: { TINTYPE_CONFIG_FILE: "t.json", TINTYPE_HTTP_PORT: "3", TINTYPE_OBS_PORT: "4" },
    argv: ["--http-port", "5", "--limits-images-per-project=7"],
  });
  assert.equal(config.http.port, 5);
  assert.equal(config.obs.port, 4);
  assert.equal(config.http.host, "file");
  assert.equal(config.limits.images.perProject, 7);
  assert.deepEqual(origins["http.port"], { source: "flag", name: "--http-port" });
  assert.deepEqual(origins["obs.port"], { source: "environment", name: "TINTYPE_OBS_PORT" });
  assert.deepEqual(origins["region"], { source: "file", name: "t.json" });
});

test("--config names the file and wins over TINTYPE_CONFIG_FILE", async () => {
  const { config } = await load({
    argv: ["--config", "a.json"],
    env: { TINTYPE_CONFIG_FILE: "b.json" },
    files: { "a.json": '{"region":"a"}', "b.json": '{"region":"b"}' },
  });
  assert.equal(config.region, "a");
});

test("every key has its own variable and flag, made by rule", () => {
  const names = new Map(configKeys.map(({ key, env, flag }) => [key, [env, flag]]));
  assert.deepEqual(names.get("limits.jobs.concurrentPerProject"), [
    "TINTYPE_LIMITS_JOBS_CONCURRENT_PER_PROJECT",
    "--limits-jobs-concurrent-per-project",
  ]);
  assert.deepEqual(names.get("limits.http.maxBodyMiB"), ["TINTYPE_LIMITS_HTTP_MAX_BODY_MIB", "--limits-http-max-body-mib"]);
  assert.deepEqual(names.get("data.dir"), ["TINTYPE_DATA_DIR", "--data-dir"]);
  assert.equal(new Set(configKeys.map(({ env }) => env)).size, configKeys.length);
  assert.ok(configKeys.every(({ description }) => description !== ""));
});

const refusals: readonly [string, Parameters<typeof load>[0], RegExp][] = [
  ["an unknown flag", { argv: ["--http-prt", "1"] }, /no flag --http-prt: the nearest known one is --http-port$/],
  ["a word that is no flag", { argv: ["9292"] }, /no flag 9292: settings begin with one of .*\bhttp, .*lists them all$/],
  ["a flag without its value", { argv: ["--http-port"] }, /--http-port needs a value/],
  [
    "an unknown variable",
    { env: { TINTYPE_DATADIR: "x" } },
    /no environment variable TINTYPE_DATADIR: the nearest known one is TINTYPE_DATA_DIR$/,
  ],
  [
    "an unknown key in the file",
    { argv: ["--config", "f"], files: { f: '{"http":{"prot":1}}' } },
    /no key "http\.prot" in the configuration file f: the nearest known one is http\.port$/,
  ],
  [
    "a key that is like none",
    { argv: ["--config", "f"], files: { f: JSON.stringify({ foo: 1 }) } },
    /no key "foo" in the configuration file f: settings begin with one of .*\bregion\b/,
  ],
  [
    "a variable that is like none",
    { env: { TINTYPE_FOO: "1" } },
    /no environment variable TINTYPE_FOO: settings begin with one of .*\bregion\b/,
  ],
  ["a file that is not JSON", { argv: ["--config", "f"], files: { f: "http:" } }, /configuration file f cannot be used/],
  [
    "a file that holds no object",
    { argv: ["--config", "f"], files: { f: "1" } },
    /f cannot be used: it must hold one JSON object\..*Correct it/,
  ],
  ["a file that is not there", { argv: ["--config", "f"] }, /configuration file f cannot be used: ENOENT/],
  [
    "a port out of range",
    { env: { TINTYPE_HTTP_PORT: "99999" } },
    /^http\.port \(environment TINTYPE_HTTP_PORT\) is 99999, but it must be a whole number from 0 to 65535$/,
  ],
  ["a port that is no number", { argv: ["--obs-port", "9.5"] }, /^obs\.port \(flag --obs-port\) is "9\.5", but it must be a whole number/],
  ["a number as text in the file", { argv: ["--config", "f"], files: { f: '{"http":{"port":"1"}}' } }, /http\.port \(file f\) is "1"/],
  ["a group where a value belongs", { argv: ["--config", "f"], files: { f: '{"region":{"a":1}}' } }, /no key "region\.a"/],
  ["a level that does not exist", { env: { TINTYPE_LOG_LEVEL: "loud" } }, /log\.level .* must be one of fatal, error, warn/],
  ["a region with a space", { env: { TINTYPE_REGION: "a b" } }, /region .* must be a text that matches/],
  ["an address that is no URL", { env: { TINTYPE_HTTP_PUBLIC_URL: "example.org" } }, /http\.publicUrl .* must be a text that matches/],
];

for (const [what, input, message] of refusals) {
  test(`${what} is refused in one sentence`, async () => {
    await assert.rejects(load(input), { name: "ConfigError", message });
  });
}

test("variables of the command line and of tests are left alone, and an empty variable is not set", async () => {
  const { config } = await load({
    env: { TINTYPE_ENDPOINT: "http://x", TINTYPE_OBS_ENDPOINT: "y", TINTYPE_FIXTURES: "z", TINTYPE_REGION: "", PATH: "/bin" },
  });
  assert.equal(config.region, "local-1");
});
