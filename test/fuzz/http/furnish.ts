import type { HTTPMethods } from "fastify";
import type { JobRecord } from "@tintype/jobs/job-record.ts";
import { applyBootstrap } from "@tintype/server/identity/bootstrap.ts";
import type { ImageRecord } from "@tintype/server/ports/image-catalog.ts";
import type { DomainId } from "@tintype/server/ports/ids.ts";
import type { TransferWorld } from "@tintype/server/testing/transfer-world.ts";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import type { Project, WholeApi } from "../../api/whole-api.ts";
import type { WordKind, WordLists } from "./words.ts";

/** A project whose things nobody else may hear of. Its user never calls once the world is furnished. */
export const hiddenProject = "hidden-project-7c1f";

/** An access key of demo's user. */
export const knownAccess = "AKFUZZED0000DEMO";
const keySecret = "secret-of-a-key-8a3e";

/** Stands in everything of the hidden project that no call ever says. */
const veil = "veil-5e2c";

const password = "password of the tests";
const disk = sampleDisk(1);

interface Place {
  readonly world: TransferWorld;
  readonly api: WholeApi;
}

/** What a world was furnished with. */
export interface Furniture {
  readonly first: WordLists;
  readonly own: Readonly<Record<Project, WordLists>>;
  readonly secrets: readonly string[];
  /** Ids of the users who call, and their projects. */
  readonly callers: readonly string[];
}

/** Puts things of every kind into a world, in several states: of demo and alt, who call, and of a project that nobody may see into. */
export async function furnish(place: Place): Promise<Furniture> {
  const { world, api } = place;
  await applyBootstrap(world.catalog, {
    domain: { id: "default", name: "Default" },
    projects: [
      { id: hiddenProject, name: "hidden project name 1d0a" },
      { id: "spare", name: "spare" },
    ],
    users: [
      {
        id: "hidden-user-2b7e",
        name: "hidden user name 9e51",
        password,
        grants: [{ project: "hidden project name 1d0a", roles: ["member"] }],
      },
      { id: "spare-user", name: "spare", password: "changed by anybody", grants: [{ project: "spare", roles: ["member"] }] },
    ],
  });
  const hidden = await tokenOf(api, "hidden user name 9e51", hiddenProject);
  const demo = await furnishProject(place, { project: "demo", token: api.tokens.demo, mark: "demo", veil: "of demo" });
  const alt = await furnishProject(place, { project: "alt", token: api.tokens.alt, mark: "alt", veil: "of alt" });
  const admin = await furnishProject(place, { project: "admin", token: api.tokens.admin, mark: "admin", veil: "of admin" });
  const concealed = await furnishProject(place, { project: hiddenProject, token: hidden, mark: "hidden-a94d", veil });
  const identity = await furnishIdentity(place);
  const secrets = [
    ...concealed.map(([, word]) => word),
    veil,
    keySecret,
    "hidden project name 1d0a",
    "hidden user name 9e51",
    "hidden-user-2b7e",
  ];
  const domainId = "default" as DomainId;
  const users = await Promise.all(["demo", "alt", "admin"].map(async (name) => world.catalog.identity.user({ domainId, name })));
  const [userOfDemo] = users;
  if (userOfDemo !== undefined) {
    await world.catalog.identity.insertAccessKey({ access: knownAccess, secret: keySecret, userId: userOfDemo.id, enabled: true });
  }
  const callers = users.flatMap((user) => (user === undefined ? [] : [user.id, user.name]));
  return {
    first: listed([...demo, ...alt, ...admin, ...concealed, ...identity]),
    own: { demo: listed(demo), alt: listed(alt), admin: listed([...admin, ...identity]) },
    secrets: [...new Set(secrets)],
    callers,
  };
}

/** A thing that there is. */
type Found = readonly [kind: WordKind, word: string];

function listed(found: readonly Found[]): WordLists {
  const lists = new Map<WordKind, readonly string[]>();
  for (const [kind, word] of found) {
    lists.set(kind, [...(lists.get(kind) ?? []), word]);
  }
  return lists;
}

async function tokenOf(api: WholeApi, name: string, project: string): Promise<string> {
  const identity = { methods: ["password"], password: { user: { name, password, domain: { id: "default" } } } };
  const payload = { auth: { identity, scope: { project: { id: project } } } };
  const { headers } = await api.app.inject({ method: "POST", url: "/v3/auth/tokens", payload });
  return String(headers["x-subject-token"]);
}

/** Makes a call that must succeed. */
// oxlint-disable-next-line max-params -- a call reads best on one line
async function done<T>({ api }: Place, token: string, call: string, payload?: object, headers: Record<string, string> = {}): Promise<T> {
  const [method, url = ""] = call.split(" ");
  // The calls are written out below.
  const answer = await api.app.inject({
    method: method as HTTPMethods,
    url,
    headers: { "x-auth-token": token, ...headers },
    ...(payload !== undefined && { payload }),
  });
  if (answer.statusCode >= 300) {
    throw new Error(`${call} was answered with ${answer.statusCode}: ${answer.body}`);
  }
  const body = answer.body === "" ? {} : answer.json<object | null>();
  return { location: answer.headers["location"], ...body } as T;
}

async function furnishProject(
  place: Place,
  {
    project,
    token,
    mark,
    veil,
  }: {
    readonly project: string;
    readonly token: string;
    /** In names that calls speak of. */ readonly mark: string;
    /** In what they never do. */ readonly veil: string;
  },
): Promise<readonly Found[]> {
  const { world, api } = place;
  const found: Found[] = [["project", project]];
  const image = async (name: string, fields: Partial<ImageRecord> = {}): Promise<string> => {
    const { id } = await world.addImage(project, disk, { name: `${name} ${veil}`, ...fields });
    found.push(["image", id]);
    return id;
  };
  const key = await done<{ key_info: { key_id: string } }>(place, token, `POST /v1.0/${project}/kms/create-key`, {
    key_alias: `${mark}-key`,
    key_description: veil,
  });
  found.push(["key", key.key_info.key_id], ["key", `alias/${mark}-key`]);
  await image("plain", { tags: [`env=${veil}`], properties: { rack: veil } });
  await image("shared", { visibility: "shared" });
  await image("protected", { protected: true });
  await image("odd", {
    name: `\u202e𠮷 "é", <b>&amp;\u2028 ${veil}`,
    description: "\t=1+1\r\n",
    tags: ["é=𠮷"],
    properties: { "odd é": "\u0001" },
  });
  await image("encrypted", { encryption: { keyId: key.key_info.key_id } });
  await image("deactivated", { status: "deactivated" });
  const declared = await done<{ id: string }>(place, token, "POST /image/v2/images", {
    name: `declared ${veil}`,
    disk_format: "raw",
    container_format: "bare",
  });
  found.push(["image", declared.id]);
  const gone = await image("gone");
  await done(place, token, `DELETE /v2/images/${gone}`);
  await world.addFile(project, `${mark}-files:disk.raw`, disk);
  await world.addFile(project, `${mark}-files:note.txt`, Buffer.from("no disk"));
  for (const key of ["é 𠮷", "a&b<c>", "__proto__", "%00", "a//b", " ", "\ud83d\ude00/x"]) {
    await world.addFile(project, `${mark}-files:${key}`, Buffer.from(veil));
  }
  found.push(["bucket", `${mark}-files`], ["file", `${mark}-files:disk.raw`], ["file", `${mark}-files:note.txt`]);
  const metadata = `bucket ${Buffer.from(`${mark}-files`).toString("base64")},key ${Buffer.from("up").toString("base64")}`;
  const tus = { "tus-resumable": "1.0.0", "upload-length": "20", "upload-metadata": metadata };
  const { location } = await done<{ location: string }>(place, token, "POST /api/v1/uploads", undefined, tus);
  found.push(["upload", location.split("/").at(-1) ?? ""]);
  const namespace = `${mark}-space`;
  await done(place, api.tokens.admin, "POST /image/v2/metadefs/namespaces", {
    namespace,
    description: veil,
    visibility: "private",
    owner: project,
  });
  found.push(["namespace", namespace]);
  for (const status of ["queued", "running", "succeeded", "failed", "cancelled"] as const) {
    const job = heldJob(world, { project, status, veil });
    await world.catalog.jobs.insert(job);
    found.push(["job", job.id]);
  }
  return found;
}

/** A job as some import left it: nobody runs it. */
function heldJob(
  { ids, clock }: TransferWorld,
  { project, status, veil }: { readonly project: string; readonly status: JobRecord["status"]; readonly veil: string },
): JobRecord {
  const hasBegun = status !== "queued";
  const isOver = hasBegun && status !== "running";
  return {
    id: ids.uuid(),
    kind: "held",
    projectId: project,
    subjectId: undefined,
    status,
    input: { name: veil },
    steps: [{ name: "store", attempts: hasBegun ? 1 : 0 }],
    currentStep: "store",
    progress: { doneBytes: 0, totalBytes: 1 },
    cancelRequested: false,
    result: null,
    error: status === "failed" ? { code: "IMG.0061", message: `It failed: ${veil}` } : undefined,
    createdAt: clock.now(),
    startedAt: hasBegun ? clock.now() : undefined,
    finishedAt: isOver ? clock.now() : undefined,
  };
}

/** Users, groups, roles, agencies and enterprise projects that anybody may take away. */
async function furnishIdentity(place: Place): Promise<readonly Found[]> {
  const { admin } = place.api.tokens;
  const { group } = await done<{ group: { id: string } }>(place, admin, "POST /v3/groups", { group: { name: "spare" } });
  const { user } = await done<{ user: { id: string } }>(place, admin, "POST /v3/users", {
    user: { name: "spare 2", password: "Another passw0rd" },
  });
  const { credential } = await done<{ credential: { access: string } }>(place, admin, "POST /v3.0/OS-CREDENTIAL/credentials", {
    credential: { user_id: user.id },
  });
  const { roles } = await done<{ roles: { id: string }[] }>(place, admin, "GET /v3/roles");
  const { agency } = await done<{ agency: { id: string } }>(place, admin, "POST /v3.0/OS-AGENCY/agencies", {
    agency: { name: "spare", trust_domain_name: "Default" },
  });
  const policy = { Version: "1.1", Statement: [{ Effect: "Allow", Action: ["ims:images:list"] }] };
  const role = { display_name: "spare", type: "AX", description: "spare", policy };
  const made = await done<{ role: { id: string } }>(place, admin, "POST /v3.0/OS-ROLE/roles", { role });
  const enterprise = await done<{ enterprise_project: { id: string } }>(place, admin, "POST /v1.0/enterprise-projects", { name: "spare" });
  return [
    ["user", "spare-user"],
    ["user", user.id],
    ["group", group.id],
    ["role", made.role.id],
    ...roles.slice(0, 4).map(({ id }) => ["role", id] as const),
    ["domain", "default"],
    ["agency", agency.id],
    ["access", credential.access],
    ["enterprise", "0"],
    ["enterprise", enterprise.enterprise_project.id],
    ["project", "spare"],
  ];
}
