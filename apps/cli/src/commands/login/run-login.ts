import { chmod, mkdir, realpath, rename, rm, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { Session } from "@tintype/client/session/session.ts";
import { cloudsYamlPlaces } from "../../connection/clouds-yaml-places.ts";
import { findConnection } from "../../connection/find-connection.ts";
import { loginOfEnvironment } from "../../connection/login-of-environment.ts";
import { loginOfFlags } from "../../connection/login-of-flags.ts";
import { readIfThere } from "../../connection/read-if-there.ts";
import type { CliContext } from "../../context.ts";
import type { Environment } from "../../environment.ts";
import { UsageError } from "../../errors/command-errors.ts";
import { writeJson } from "../../output/write-result.ts";
import type { LoginFlags } from "./login.ts";
import { putCloud } from "./put-cloud.ts";
import type { CloudEntry } from "./put-cloud.ts";

/** There is a password in the file. */
const ownerOnly = 0o600;

/** Proves to the server who calls, and only then writes it down. */
export async function runLogin(this: CliContext, flags: LoginFlags): Promise<void> {
  const { cloudsYaml, cloud: name, force = false, ...connectionFlags } = flags;
  if (name === "") {
    throw new UsageError("--cloud needs a name.");
  }
  const entry = await provenEntry(this, connectionFlags);
  const { path, text } = await findFile(cloudsYaml, this.env);
  const written = putCloud(text ?? "", { name, entry, force, path });
  if (written === undefined) {
    await chmod(path, ownerOnly);
  } else {
    await replaceFile(text === undefined ? path : await realpath(path), written);
  }
  if (flags.json) {
    writeJson(this, { file: path, cloud: name, changed: written !== undefined });
    return;
  }
  this.process.stdout.write(`${path}\n`);
  this.process.stderr.write(`${written === undefined ? "It said so already. " : ""}Try: openstack --os-cloud ${name} image list\n`);
}

async function provenEntry({ env, timers }: CliContext, flags: Omit<LoginFlags, "cloudsYaml" | "cloud" | "force">): Promise<CloudEntry> {
  const { authUrl, credentials } = await findConnection(env, [loginOfFlags(flags), loginOfEnvironment(env)], "password");
  if (credentials.kind === "key") {
    throw new UsageError(
      "OpenStack's clients know no access keys: name a user with --username, --password and --project, or their variables.",
    );
  }
  await new Session({ authUrl, credentials, timers }).projectId();
  const { username, password, userDomainName, project } = credentials;
  const auth = {
    auth_url: authUrl.href,
    username,
    password,
    user_domain_name: userDomainName,
    project_name: project.name,
    project_domain_name: project.domainName,
  };
  return { auth, identity_api_version: 3 };
}

interface CloudsFile {
  readonly path: string;
  /** Undefined when there is none yet. */
  readonly text: string | undefined;
}

/** The file that was named, or the one that clients read; where there is none yet, the user's own. */
async function findFile(named: string, env: Environment): Promise<CloudsFile> {
  const places = named === "" ? cloudsYamlPlaces(env) : { searched: [resolve(named)], own: resolve(named) };
  for (const path of places.searched) {
    const text = await readIfThere(path);
    if (text !== undefined) {
      return { path, text };
    }
  }
  return { path: places.own, text: undefined };
}

/** Nobody sees half of it. */
async function replaceFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const partial = `${path}.${process.pid}.partial`;
  try {
    await writeFile(partial, text, { mode: ownerOnly, flag: "wx" });
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
