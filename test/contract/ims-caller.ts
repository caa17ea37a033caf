import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { ClientBuilder } from "@huaweicloud/huaweicloud-sdk-core/ClientBuilder.js";
import { BasicCredentials } from "@huaweicloud/huaweicloud-sdk-core/auth/BasicCredentials.js";
import { Region } from "@huaweicloud/huaweicloud-sdk-core/region/region.js";

/** One call of a client. Places like `{image_id}` in the path are filled from `path`. */
export interface ImsCall {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly url: string;
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: unknown;
}

/** What a client got. `body` is undefined where there was none. */
export interface ImsAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** A client of one project. */
export interface ImsCaller {
  readonly projectId: string;
  call(call: ImsCall): Promise<ImsAnswer>;
}

/** Who calls: a user with a password and an access key. */
export interface Tenant {
  readonly name: string;
  readonly password: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly projectId: string;
}

/** Huawei Cloud's own SDK core: it signs the calls, sends them, and raises refusals as its exceptions. */
export function sdkCaller(url: string, { accessKey, secretKey, projectId }: Tenant): ImsCaller {
  const credentials = new BasicCredentials().withAk(accessKey).withSk(secretKey).withProjectId(projectId).withIamEndpoint(url);
  const client = new ClientBuilder((hcClient) => hcClient).withCredential(credentials).withRegion(new Region("RegionOne", url)).build();
  return {
    projectId,
    call: async ({ method, url: template, path = {}, query = {}, body }) => {
      const request = { method, url: template, contentType: "application/json", queryParams: { ...query }, pathParams: path, headers: {} };
      try {
        // The SDK types its answers by service.
        const answer = (await client.sendRequest({ ...request, ...(body !== undefined && { data: body as object }) })) as unknown as {
          httpStatusCode: number;
        };
        const { httpStatusCode, ...fields } = answer;
        return { status: httpStatusCode, body: Array.isArray(answer) ? [...(answer as unknown[])] : fields };
      } catch (error) {
        // Refusals arrive as the SDK's own exceptions, with these fields.
        const { httpStatusCode, errorCode, errorMsg } = error as { httpStatusCode?: number; errorCode?: string; errorMsg?: string };
        if (httpStatusCode === undefined) {
          throw error;
        }
        return { status: httpStatusCode, body: { error: { code: errorCode, message: errorMsg } } };
      }
    },
  };
}

/** A client that asks for a token and sends it along. */
export async function tokenCaller(url: string, { name, password, projectId }: Tenant): Promise<ImsCaller> {
  const auth = {
    identity: { methods: ["password"], password: { user: { name, password, domain: { name: "Default" } } } },
    scope: { project: { id: projectId } },
  };
  const issued = await fetch(`${url}/v3/auth/tokens`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ auth }),
  });
  assert.equal(issued.status, 201);
  const token = issued.headers.get("x-subject-token") ?? "";
  return {
    projectId,
    call: async ({ method, url: template, path = {}, query = {}, body }) => {
      const filled = template.replace(/\{(\w+)\}/g, (_, place: string) => encodeURIComponent(path[place] ?? ""));
      const target = new URL(filled, url);
      for (const [key, value] of Object.entries(query)) {
        for (const one of typeof value === "string" ? [value] : value) {
          target.searchParams.append(key, one);
        }
      }
      const answer = await fetch(target, {
        method,
        headers: { "x-auth-token": token, ...(body !== undefined && { "content-type": "application/json" }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      assert.ok(answer.headers.get("x-request-id"), `${method} ${template} tells its request id`);
      const text = await answer.text();
      return { status: answer.status, body: text === "" ? undefined : JSON.parse(text) };
    },
  };
}

/** What stands at a place of an answer, e.g. `images.0.id`; undefined when there is no such place. */
export function at(value: unknown, place: string): unknown {
  return place
    .split(".")
    .reduce<unknown>((inside, name) => (typeof inside === "object" && inside !== null ? Reflect.get(inside, name) : undefined), value);
}

/** The same, where a text must stand. */
export function textAt(value: unknown, place: string): string {
  const found = at(value, place);
  assert.equal(typeof found, "string", `${place} in ${JSON.stringify(value)}`);
  return found as string;
}

/** A call that must answer 200 with a job, whose end is waited for as clients do. Answers the job as the job query shows it. */
export async function startedJob(caller: ImsCaller, call: ImsCall): Promise<unknown> {
  const started = await caller.call(call);
  assert.equal(started.status, 200, JSON.stringify(started.body));
  const jobId = textAt(started.body, "job_id");
  assert.match(jobId, /^[0-9a-f]{32}$/);
  return await endOfJob(caller, jobId);
}

/** Polls as Terraform and Packer do: a status that is no pending word ends it. */
export async function endOfJob(caller: ImsCaller, jobId: string): Promise<unknown> {
  for (;;) {
    const { status, body } = await caller.call({
      method: "GET",
      url: "/v1/{project_id}/jobs/{job_id}",
      path: { project_id: caller.projectId, job_id: jobId },
    });
    assert.equal(status, 200);
    const word = textAt(body, "status");
    assert.ok(["INIT", "RUNNING", "SUCCESS", "FAIL"].includes(word), word);
    assert.equal(typeof at(body, "entities"), "object");
    if (word === "FAIL") {
      assert.equal(typeof at(body, "fail_reason"), "string");
      return body;
    }
    if (word === "SUCCESS") {
      assert.equal(at(body, "fail_reason"), null);
      assert.equal(at(body, "error_code"), null);
      return body;
    }
    await sleep(20);
  }
}

/** A job that must succeed; answers the image it made. */
export async function imageOfJob(caller: ImsCaller, call: ImsCall): Promise<string> {
  const job = await startedJob(caller, call);
  assert.equal(at(job, "status"), "SUCCESS", JSON.stringify(job));
  return textAt(job, "entities.image_id");
}
