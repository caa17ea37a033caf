import type { AnsweredCall } from "./traced-call.ts";

/** What a call was about. */
export interface CallResource {
  /** Empty when the call does not tell. */
  readonly id: string;
  readonly name: string;
  /** The job that it started. */
  readonly jobId: string | undefined;
}

/** Path parameters that say whose thing it is, not which. */
const scopes: ReadonlySet<string> = new Set(["project_id", "domain_id"]);
/** Several things of one call: so many are named. */
const mostIds = 20;

/**
 * Finds out what a call was about: what its handler said, else what its path names, else what its body or answer calls an id. It takes from
 * these nothing but texts.
 */
export function resourceOfCall({ traced, pathParameters, body, answer }: AnsweredCall): CallResource {
  const inPath = Object.entries(pathParameters).find(([name]) => !scopes.has(name))?.[1];
  const shown = [answer, onlyMember(answer)];
  const asked = [body, onlyMember(body)];
  return {
    id:
      traced?.resourceId ??
      inPath ??
      firstText(asked, ["key_id", "image_id", "user_id", "resource_id"]) ??
      idsOf(body) ??
      firstText(shown, ["id", "key_id"]) ??
      "",
    // A name that is sent to a thing with a path of its own may be that of something else: of a copy of it.
    name: traced?.resourceName ?? firstText(inPath === undefined ? [...shown, ...asked] : shown, ["name", "key_alias"]) ?? "",
    jobId: traced?.jobId ?? firstText([answer], ["job_id"]),
  };
}

/** `{"user": {…}}` is about what is inside. */
function onlyMember(value: unknown): unknown {
  const members = typeof value === "object" && value !== null && !Array.isArray(value) ? Object.values(value) : [];
  return members.length === 1 ? members[0] : undefined;
}

function firstText(objects: readonly unknown[], fields: readonly string[]): string | undefined {
  for (const object of objects) {
    for (const field of fields) {
      const value = memberOf(object, field);
      if (typeof value === "string" && value !== "") {
        return value;
      }
    }
  }
  return undefined;
}

/** Calls for several images name them all. */
function idsOf(body: unknown): string | undefined {
  const images = memberOf(body, "images");
  const ids = Array.isArray(images) ? images.filter((id) => typeof id === "string") : [];
  return ids.length === 0 ? undefined : ids.slice(0, mostIds).join(",");
}

function memberOf(value: unknown, field: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, field) ? Reflect.get(value, field) : undefined;
}
