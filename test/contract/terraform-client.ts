import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { canonicalQuery, canonicalUri } from "@tintype/contract/signing/sdk-hmac-canonical.ts";
import { formatSdkDate, formatSdkHmacAuthorization, sdkHmacSignature } from "@tintype/contract/signing/sdk-hmac-signature.ts";
import { at, textAt } from "./ims-caller.ts";
import type { Tenant } from "./ims-caller.ts";

/** Status codes that the Go SDK under the Terraform provider takes for a success. */
const accepted: Readonly<Record<string, readonly number[]>> = {
  GET: [200],
  POST: [200, 201, 202],
  PUT: [200, 201, 202],
  PATCH: [200, 202, 204],
  DELETE: [200, 202, 204],
};

/** A refusal, as the provider sees it. */
export class TerraformError extends Error {
  readonly status: number;
  readonly code: unknown;

  constructor(status: number, body: unknown) {
    super(`${status} ${JSON.stringify(body)}`);
    this.status = status;
    this.code = at(body, "error.code") ?? at(body, "error_code");
  }
}

/**
 * Sends calls the way the provider's Go SDK does: signs accept, content-type, user-agent and date but no host, adds the project's header
 * after signing, and ends JSON bodies with a line break.
 */
export class TerraformClient {
  readonly #url: string;
  readonly #tenant: Tenant;

  constructor(url: string, tenant: Tenant) {
    this.#url = url;
    this.#tenant = tenant;
  }

  get projectId(): string {
    return this.#tenant.projectId;
  }

  /** Throws TerraformError for a status that the provider does not accept. */
  async call(method: string, path: string, body?: unknown, options: { readonly only?: readonly number[] } = {}): Promise<unknown> {
    const url = new URL(path, this.#url);
    const text = body === undefined ? "" : `${JSON.stringify(body)}\n`;
    const date = formatSdkDate(new Date());
    const headers: Record<string, string> = {
      accept: "application/json",
      "content-type": "application/json",
      "user-agent": "terraform-provider-huaweicloud",
      "x-sdk-date": date,
    };
    const signedHeaders = Object.keys(headers).sort();
    const payloadHash = createHash("sha256").update(text).digest("hex");
    const parts = {
      method,
      uri: canonicalUri(url.pathname, "decoded"),
      query: canonicalQuery(url.search.slice(1)),
      headers,
      signedHeaders,
      payloadHash,
    };
    const signature = sdkHmacSignature(parts, date, this.#tenant.secretKey);
    const authorization = formatSdkHmacAuthorization({ access: this.#tenant.accessKey, signedHeaders, signature });
    const answer = await fetch(url, {
      method,
      headers: { ...headers, authorization, "x-project-id": this.projectId },
      ...(body !== undefined && { body: text }),
    });
    const received = await answer.text();
    const value: unknown = received === "" ? undefined : JSON.parse(received);
    if (!(options.only ?? accepted[method] ?? []).includes(answer.status)) {
      throw new TerraformError(answer.status, value);
    }
    return value;
  }

  /** Waits as the provider does: any word but these ends it, and the empty one is an error. */
  async waitForJob(started: unknown): Promise<unknown> {
    for (;;) {
      const job = await this.call("GET", `/v1/${this.projectId}/jobs/${textAt(started, "job_id")}`);
      const status = at(job, "status");
      if (status === "SUCCESS") {
        return job;
      }
      assert.ok(status === "INIT" || status === "RUNNING", JSON.stringify(job));
      await sleep(20);
    }
  }

  /** Reads one image the only way the provider does, and asserts the types that its code asserts. */
  async readImage(id: string): Promise<unknown> {
    const image = at(await this.call("GET", `/v2/cloudimages?id=${id}`), "images.0");
    if (image !== undefined) {
      checkTypes(image);
    }
    return image;
  }

  /** Deletes an image and polls the list until it is gone. */
  async deleteImage(id: string): Promise<void> {
    await this.call("DELETE", `/v2/images/${id}`);
    while ((await this.readImage(id)) !== undefined) {
      await sleep(20);
    }
  }
}

/** Attributes that must be texts or absent: the provider's type assertions panic otherwise. */
const textsOrAbsent = ["max_ram", "__support_arm", "__data_origin", "__backup_id", "__image_size", "__whole_image", "__description"];

function checkTypes(image: unknown): void {
  for (const name of textsOrAbsent) {
    assert.ok(["string", "undefined"].includes(typeof at(image, name)), `${name} is ${JSON.stringify(at(image, name))}`);
  }
  for (const name of ["min_ram", "min_disk"]) {
    assert.equal(typeof at(image, name), "number", name);
  }
  assert.equal(typeof at(image, "protected"), "boolean");
  const origin = at(image, "__data_origin");
  assert.ok(typeof origin !== "string" || origin.split(",").length === 2, String(origin));
  for (const name of ["created_at", "updated_at"]) {
    assert.match(textAt(image, name), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/);
  }
}
