import assert from "node:assert/strict";
import type { DomainId, ImageId, ProjectId } from "@tintype/server/ports/ids.ts";
import type { ImageRecord } from "@tintype/server/ports/image-catalog.ts";
import { sampleDisk } from "@tintype/server/testing/transfer-world.ts";
import { ImsServer, demo } from "./ims-server.ts";
import type { Caller, ImsServerOptions } from "./ims-server.ts";

export const disk = sampleDisk(1);

/** A job as its query shows it. */
export interface ShownJob {
  readonly status: string;
  readonly job_type: string;
  readonly error_code: string | null;
  readonly fail_reason: string | null;
  readonly entities: {
    readonly results?: readonly { image_id: string; project_id: string; status: string; error_code?: string; fail_reason?: string }[];
    readonly trust_note?: { readonly en: string; readonly zh: string };
  };
}

/** Whoever is asked about an image, and answers for it. */
export function callerOf(project: string): Caller {
  return { project, roles: ["member", "reader"] };
}

/** Makes projects known, of an account each or of one. */
export async function addProjects({ world }: ImsServer, names: readonly string[], account?: string): Promise<void> {
  for (const name of names) {
    const domainId = (account ?? `account-of-${name}`) as DomainId;
    if ((await world.catalog.identity.domain({ id: domainId })) === undefined) {
      await world.catalog.identity.insertDomain({ id: domainId, name: `${domainId} by name` });
    }
    await world.catalog.identity.insertProject({ id: name as ProjectId, domainId, name, description: "", enabled: true });
  }
}

/** A server that knows the projects demo and alt, with an image of demo. */
export async function serverWithProjects(
  fields: Partial<ImageRecord> = {},
  options?: ImsServerOptions,
): Promise<{ readonly server: ImsServer; readonly image: ImageRecord }> {
  const server = await ImsServer.open(options);
  await addProjects(server, ["demo", "alt"]);
  return { server, image: await server.world.addImage("demo", disk, fields) };
}

/** Another image with the content of one that is there. */
export async function addLike({ world }: ImsServer, image: ImageRecord, fields: Partial<ImageRecord> = {}): Promise<ImageRecord> {
  const other: ImageRecord = { ...image, id: world.ids.uuid() as ImageId, ...fields };
  await world.catalog.images.insert(other);
  return other;
}

/** Calls a batch and shows its job when it is over. */
export async function batch(server: ImsServer, method: "POST" | "PUT" | "DELETE", body: object, caller: Caller = demo): Promise<ShownJob> {
  const answer = await server.call(method, "/v1/cloudimages/members", body, caller);
  assert.equal(answer.statusCode, 200, answer.body);
  const { job_id: id } = answer.json<{ job_id: string }>();
  await server.jobs.wait(id);
  return (await server.call("GET", `/v1/${caller.project}/jobs/${id}`, undefined, caller)).json<ShownJob>();
}

/** Shares an image with projects, all of which take it. */
export async function share(server: ImsServer, image: ImageRecord, ...projects: readonly string[]): Promise<void> {
  const job = await batch(server, "POST", { images: [image.id], projects }, callerOf(image.projectId));
  assert.equal(job.status, "SUCCESS");
}

/** What a project answers to an image. */
export async function answer(server: ImsServer, image: ImageRecord, project: string, status: "accepted" | "rejected"): Promise<void> {
  const job = await batch(server, "PUT", { images: [image.id], project_id: project, status }, callerOf(project));
  assert.equal(job.status, "SUCCESS");
}

/** Ids that a list shows a project. */
export async function listedIds(server: ImsServer, query: string, project: string): Promise<readonly string[]> {
  return (await server.list(query, callerOf(project))).map(({ id }) => String(id)).toSorted();
}
