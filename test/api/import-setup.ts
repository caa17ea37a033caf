import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import type { JobRecord } from "@tintype/jobs/job-record.ts";
import { safeUrlReader } from "@tintype/server/adapters/safe-fetch/safe-url-reader.ts";
import type { Resolve } from "@tintype/server/adapters/safe-fetch/check-url.ts";
import type { ImageId } from "@tintype/server/ports/ids.ts";
import type { UrlReader } from "@tintype/server/ports/url-reader.ts";
import { FileServer } from "./image-files-setup.ts";
import { demo } from "./ims-server.ts";
import type { Caller } from "./ims-server.ts";

/** A place that files are fetched from. */
export interface Place extends AsyncDisposable {
  /** Without a slash at the end. */
  readonly url: string;
  /** `host:port` */
  readonly name: string;
  /** What came. */
  readonly requests: readonly IncomingMessage[];
}

export async function openPlace(answer: RequestListener): Promise<Place> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // A listening TCP server has an address object.
  const name = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `http://${name}`,
    name,
    requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** The service's own way to open addresses, with places that are allowed. */
export function readerFor(allowed: readonly Pick<Place, "name">[], resolve?: Resolve): UrlReader {
  return safeUrlReader({ allowed: allowed.map(({ name }) => name), silenceMs: 30_000, ...(resolve && { resolve }) });
}

/** A task as the Image API shows it. */
export interface Task {
  readonly id: string;
  readonly status: string;
  readonly message: string;
  readonly request_id: string;
  readonly user_id: string;
  readonly input: { readonly import_req: { readonly method: Readonly<Record<string, string>> } };
  readonly result: unknown;
}

/** Asks for an import, later than anything before: of jobs of one instant nobody can tell which is the newest. */
// oxlint-disable-next-line max-params -- a call reads best on one line
export async function importImage({ server }: FileServer, id: string, method: object, more: object = {}, caller: Caller = demo) {
  server.world.clock.advance(1000);
  return await server.call("POST", `/image/v2/images/${id}/import`, { method, ...more }, caller);
}

export async function tasksOf({ server }: FileServer, id: string, caller: Caller = demo): Promise<readonly Task[]> {
  const answer = await server.call("GET", `/image/v2/images/${id}/tasks`, undefined, caller);
  assert.equal(answer.statusCode, 200, answer.body);
  return answer.json<{ tasks: Task[] }>().tasks;
}

/** Waits for the newest import of an image. */
export async function ended({ server }: FileServer, id: ImageId): Promise<JobRecord> {
  const [job] = await server.world.catalog.jobs.list({ subjectId: id });
  assert.ok(job);
  return await server.jobs.wait(job.id);
}

/** Imports and waits; answers the task. */
export async function imported(files: FileServer, id: ImageId, method: object): Promise<Task> {
  const answer = await importImage(files, id, method);
  assert.equal(answer.statusCode, 202, answer.body);
  assert.equal(answer.body, "");
  await ended(files, id);
  const [task] = await tasksOf(files, id);
  assert.ok(task);
  return task;
}

/** Asserts that a failed import left nothing but an image that waits. */
export async function assertWaits(files: FileServer, id: ImageId): Promise<void> {
  const image = await files.image(id);
  assert.equal(image.status, "queued");
  assert.equal(image.file, undefined);
  assert.deepEqual(await files.server.world.contents(), [`image ${id} queued`]);
}
