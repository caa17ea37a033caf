import assert from "node:assert/strict";
import { chmod, lstat, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { readLocalCredentials } from "../system/local-session.ts";
import { runTintype, TintypeProcess } from "../system/tintype-process.ts";

let folder: string;
let server: TintypeProcess;
/** A user of this machine, and where clients look for the clouds of that user. */
let env: NodeJS.ProcessEnv;
let usual: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "tintype-cli-login-"));
  server = await TintypeProcess.prepare(join(folder, "data"));
  await server.start();
  env = { ...server.env, HOME: join(folder, "home") };
  usual = join(folder, "home", ".config", "openstack", "clouds.yaml");
});

after(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const inFolder = (name: string): string => join(folder, name);

test("the owner of this machine's server becomes a cloud in the user's own clouds.yaml, which nobody else can read", async () => {
  const { code, stdout, stderr } = await runTintype(["login", "--clouds-yaml"], env);
  assert.equal(code, 0, stderr);
  assert.equal(stdout, `${usual}\n`);
  assert.match(stderr, /openstack --os-cloud tintype image list/);
  assert.equal((await stat(usual)).mode & 0o777, 0o600);
  const text = await readFile(usual, "utf8");
  const { authUrl, accessKey } = await readLocalCredentials(inFolder("data"));
  assert.match(text, /^clouds:\n {2}tintype:\n {4}auth:\n {6}auth_url: /);
  assert.ok(text.includes(`auth_url: ${authUrl}\n`));
  assert.ok(!text.includes(accessKey));
  assert.deepEqual(await readdir(join(usual, "..")), ["clouds.yaml"]);
  const list = await runTintype(["image", "list", "--cloud", "tintype"], { ...env, TINTYPE_DATA_DIR: inFolder("elsewhere") });
  assert.deepEqual([list.code, list.stdout], [0, ""], list.stderr);
});

test("saying it again changes nothing; saying something else needs --force or another name", async () => {
  const path = inFolder("again.yaml");
  const login = async (...more: readonly string[]) => await runTintype(["login", "--clouds-yaml", path, "--json", ...more], env);
  assert.equal((await login()).stdout, `${JSON.stringify({ file: path, cloud: "tintype", changed: true })}\n`);
  const first = await readFile(path, "utf8");
  assert.equal((await login()).stdout, `${JSON.stringify({ file: path, cloud: "tintype", changed: false })}\n`);
  await writeFile(path, first.replace("Default", "Other"));
  const refused = await login();
  assert.deepEqual([refused.code, refused.stdout], [64, ""]);
  assert.match(refused.stderr, /has a cloud "tintype" that says something else/);
  assert.equal(await readFile(path, "utf8"), first.replace("Default", "Other"));
  assert.equal((await login("--cloud", "second")).code, 0);
  assert.equal((await login("--force")).code, 0);
  assert.equal((await readFile(path, "utf8")).match(/user_domain_name: Default/g)?.length, 2);
});

test("other clouds stay, a link stays a link, and what everybody could read is closed", async () => {
  const real = inFolder("real.yaml");
  await writeFile(real, "# mine\nclouds:\n  work: # at work\n    auth: {}\n", { mode: 0o644 });
  await symlink(real, inFolder("link.yaml"));
  assert.equal((await runTintype(["login", "--clouds-yaml", inFolder("link.yaml")], env)).code, 0);
  await chmod(real, 0o644);
  assert.equal((await runTintype(["login", "--clouds-yaml", inFolder("link.yaml")], env)).code, 0);
  const text = await readFile(real, "utf8");
  assert.match(text, /^# mine\nclouds:\n {2}work:[^]*# at work[^]*tintype:/);
  assert.ok((await lstat(inFolder("link.yaml"))).isSymbolicLink());
  assert.equal((await stat(real)).mode & 0o777, 0o600);
});

test("who calls is what flags and variables say, and the server must agree before anything is written", async () => {
  const path = inFolder("user.yaml");
  const user = { TINTYPE_ENDPOINT: server.endpoint, OS_USERNAME: "nobody", OS_PASSWORD: "wrong", OS_PROJECT_NAME: "p" };
  const wrong = await runTintype(["login", "--clouds-yaml", path], { ...env, ...user });
  assert.equal(wrong.code, 4, wrong.stderr);
  await assert.rejects(stat(path), { code: "ENOENT" });
  const key = { TINTYPE_ENDPOINT: server.endpoint, HUAWEICLOUD_ACCESS_KEY: "A", HUAWEICLOUD_SECRET_KEY: "S" };
  const withKey = await runTintype(["login", "--clouds-yaml", path], { ...env, ...key });
  assert.equal(withKey.code, 64);
  assert.match(withKey.stderr, /know no access keys: name a user/);
});

test("the file that clients would read is the one that is written", async () => {
  const named = inFolder("named.yaml");
  await writeFile(named, "");
  const { code, stdout } = await runTintype(["login", "--clouds-yaml"], { ...env, OS_CLIENT_CONFIG_FILE: named });
  assert.deepEqual([code, stdout], [0, `${named}\n`]);
  const broken = inFolder("broken.yaml");
  await writeFile(broken, "clouds: [");
  const refused = await runTintype(["login", "--clouds-yaml", broken], env);
  assert.equal(refused.code, 64);
  assert.match(refused.stderr, /broken\.yaml is not YAML/);
  assert.equal(await readFile(broken, "utf8"), "clouds: [");
  assert.equal((await runTintype(["login"], env)).code, 64);
});
