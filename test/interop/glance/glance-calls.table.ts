/** In which state the image of a call is before it. */
export type ImageState = "none" | "queued" | "without formats" | "active" | "protected" | "deactivated" | "private" | "staged" | "deleted";

/** One odd call, sent to Glance and to us. `{id}` in the path is the image. */
export interface GlanceCall {
  readonly name: string;
  /** Default: none. */
  readonly image?: ImageState;
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text as it is; everything else as JSON with its content type. */
  readonly body?: unknown;
  /** Where we answer otherwise on purpose (docs/image-api-differences.md). */
  readonly differs?: { readonly here: number; readonly glance: number; readonly because: string };
}

const long = (length: number): string => "x".repeat(length);
const unknownId = "00000000-1111-2222-3333-444455556666";
const octets = { "content-type": "application/octet-stream" };
const patch21 = { "content-type": "application/openstack-images-v2.1-json-patch" };
const patch20 = { "content-type": "application/openstack-images-v2.0-json-patch" };

const create = (name: string, body: unknown, differs?: GlanceCall["differs"]): GlanceCall => ({
  name: `creating with ${name}`,
  method: "POST",
  path: "/v2/images",
  headers: { "content-type": "application/json" },
  body: typeof body === "string" ? body : JSON.stringify(body),
  ...(differs && { differs }),
});

const edit = (name: string, body: unknown, more: Partial<GlanceCall> = {}): GlanceCall => ({
  name: `patching ${name}`,
  image: "queued",
  method: "PATCH",
  path: "/v2/images/{id}",
  headers: patch21,
  body: typeof body === "string" ? body : JSON.stringify(body),
  ...more,
});

const one = (op: string, path: string, value?: unknown): readonly object[] => [{ op, path, ...(value !== undefined && { value }) }];

const send = (name: string, image: ImageState, more: Partial<GlanceCall> = {}): GlanceCall => ({
  name: `uploading ${name}`,
  image,
  method: "PUT",
  path: "/v2/images/{id}/file",
  headers: octets,
  body: "some bytes",
  ...more,
});

const list = (query: string, differs?: GlanceCall["differs"]): GlanceCall => ({
  name: `listing with ${query}`,
  method: "GET",
  path: `/v2/images?${query}`,
  ...(differs && { differs }),
});

const range = (value: string, differs?: GlanceCall["differs"]): GlanceCall => ({
  name: `reading the range ${value}`,
  image: "active",
  method: "GET",
  path: "/v2/images/{id}/file",
  headers: { range: value },
  ...(differs && { differs }),
});

// oxlint-disable-next-line max-params -- a call reads best on one line
const json = (
  name: string,
  image: ImageState,
  method: string,
  path: string,
  body: unknown,
  more: Partial<GlanceCall> = {},
): GlanceCall => ({
  name,
  image,
  method,
  path,
  headers: { "content-type": "application/json" },
  body: typeof body === "string" ? body : JSON.stringify(body),
  ...more,
});

// oxlint-disable-next-line max-params -- a call reads best on one line
const plain = (name: string, image: ImageState, method: string, path: string, differs?: GlanceCall["differs"]): GlanceCall => ({
  name,
  image,
  method,
  path,
  ...(differs && { differs }),
});

const importing = (name: string, image: ImageState, body: unknown, more: Partial<GlanceCall> = {}): GlanceCall =>
  json(`importing ${name}`, image, "POST", "/v2/images/{id}/import", body, more);

/** Calls at the edges of the interface. */
export const glanceCalls: readonly GlanceCall[] = [
  plain("an empty id", "none", "GET", "/v2/images/"),
  plain("deleting an empty id", "none", "DELETE", "/v2/images/"),
  plain("an id that is none", "none", "GET", "/v2/images/not-an-id"),
  plain("an image that is not there", "none", "GET", `/v2/images/${unknownId}`),
  plain("deleting an image that is not there", "none", "DELETE", `/v2/images/${unknownId}`),
  plain("deleting an image twice", "deleted", "DELETE", "/v2/images/{id}"),
  plain("showing an image that was deleted", "deleted", "GET", "/v2/images/{id}"),
  plain("deleting a protected image", "protected", "DELETE", "/v2/images/{id}"),
  plain("posting to an image", "queued", "POST", "/v2/images/{id}"),
  plain("putting the list of images", "none", "PUT", "/v2/images"),
  plain("an address that is not there", "none", "GET", "/v2/nothing"),
  plain("a version that is not there", "none", "GET", "/v9/images"),
  plain("the versions", "none", "GET", "/"),
  plain("the versions once more", "none", "GET", "/versions"),

  create("nothing", {}),
  create("no body", ""),
  create("no JSON", "{"),
  create("a list", [], { here: 400, glance: 500, because: "a body that is no object" }),
  create("a number for its name", { name: 5 }),
  create("a name of 255 characters", { name: long(255) }),
  create("a name of 256 characters", { name: long(256) }),
  create("an empty name", { name: "" }),
  create("no name", { name: null }),
  create("an id that is none", { id: "5" }),
  create("another visibility", { visibility: "secret" }),
  create("an unknown disk format", { disk_format: "floppy" }),
  create("an unknown container format", { container_format: "box" }),
  create("an empty disk format", { disk_format: "" }),
  create("a disk below 0", { min_disk: -1 }),
  create("the largest disk", { min_disk: 2147483647 }),
  create("a disk above the largest", { min_disk: 2147483648 }),
  create("a disk as text", { min_disk: "1" }),
  create("a fraction of memory", { min_ram: 1.5 }),
  create("protected as text", { protected: "yes" }),
  create("hidden as text", { os_hidden: "true" }),
  create("tags that are a text", { tags: "a" }),
  create("a tag of 255 characters", { tags: [long(255)] }),
  create("a tag of 256 characters", { tags: [long(256)] }),
  create("a tag that is a number", { tags: [5] }),
  create("an owner of 256 characters", { owner: long(256) }),
  create("a property", { speed: "88mph" }),
  create("a property that is a number", { speed: 88 }),
  create("a property that is nothing", { speed: null }),
  create("a property that is a list", { speed: ["88mph"] }),
  create("a property with a name of 255 characters", { [long(255)]: "x" }),
  create("a property with a name of 256 characters", { [long(256)]: "x" }),
  ...["location", "deleted", "deleted_at", "os_glance_foo", "os_glance_import_task", "direct_url", "self", "file", "schema", "stores"].map(
    (name) => create(`${name}, which is not the client's`, { [name]: "x" }),
  ),
  ...["status", "checksum", "created_at", "updated_at"].map((name) =>
    create(`${name}, which is the service's`, { [name]: name === "status" ? "active" : "x" }),
  ),
  ...["os_hash_algo", "os_hash_value"].map((name) =>
    create(`${name}, which is the service's`, { [name]: "x" }, { here: 403, glance: 201, because: "digests, which the service computes" }),
  ),
  create("a size", { size: 1 }),
  create("a virtual size", { virtual_size: 1 }),
  create("a kernel that is no id", { kernel_id: "x" }),
  create("a kernel", { kernel_id: unknownId }),
  create("too many tags", { tags: Array.from({ length: 129 }, (_, index) => `t${index}`) }),
  create("too many properties", Object.fromEntries(Array.from({ length: 129 }, (_, index) => [`p${index}`, "x"]))),

  edit("as JSON", one("replace", "/name", "n"), { headers: { "content-type": "application/json" } }),
  edit("without a type", one("replace", "/name", "n"), { headers: { "content-type": "text/plain" } }),
  edit("with a version that is not there", one("replace", "/name", "n"), {
    headers: { "content-type": "application/openstack-images-v2.3-json-patch" },
  }),
  edit("without a body", ""),
  edit("without JSON", "["),
  edit("with an object", {}),
  edit("with nothing to do", []),
  edit("with a number in the list", [5]),
  edit("without an operation", [{ path: "/name", value: "n" }]),
  edit("without a path", [{ op: "replace", value: "n" }]),
  edit("without a value", one("replace", "/name")),
  ...["test", "move", "copy", "ADD"].map((op) => edit(`by ${op}`, one(op, "/name", "n"))),
  ...["name", "/name/", "/na//me", "/na~2me", ""].map((path) => edit(`the path "${path}"`, one("add", path, "n"))),
  ...["//name", "/"].map((path) =>
    edit(`the path "${path}"`, one("add", path, "n"), { differs: { here: 400, glance: 200, because: "a path with an empty name" } }),
  ),
  edit("a path two deep", one("add", "/a/b", "n")),
  edit("the name by add", one("add", "/name", "n")),
  edit("the name by add, in the older form", [{ add: "/name", value: "n" }], { headers: patch20 }),
  edit("a new property in the older form", [{ add: "/speed", value: "88mph" }], { headers: patch20 }),
  edit("the name by replace, in the older form", [{ replace: "/name", value: "n" }], { headers: patch20 }),
  edit(
    "twice the same in the older form",
    [
      { add: "/a", value: "1" },
      { add: "/a", value: "2" },
    ],
    { headers: patch20 },
  ),
  edit("in two forms at once", [{ op: "add", path: "/a", value: "1" }], { headers: patch20 }),
  edit("a property that is not there", one("replace", "/speed", "88mph")),
  edit("away a property that is not there", one("remove", "/speed")),
  edit("away the name", one("remove", "/name")),
  edit("away the tags", one("remove", "/tags")),
  edit("a name of 256 characters", one("replace", "/name", long(256))),
  edit("a number for the name", one("replace", "/name", 5)),
  edit("a property to a number", one("add", "/speed", 88)),
  edit("another visibility", one("replace", "/visibility", "secret")),
  edit("a known visibility", one("replace", "/visibility", "community")),
  edit("one tag", one("add", "/tags/-", "a")),
  edit("the tags", one("replace", "/tags", ["a", "b"])),
  edit("the tags to a text", one("replace", "/tags", "a")),
  edit("the disk's size to a text", one("replace", "/min_disk", "1")),
  ...["id", "status", "size", "virtual_size", "checksum", "os_hash_algo", "os_hash_value", "created_at", "updated_at"].map((name) =>
    edit(`${name}, which is the service's`, one("replace", `/${name}`, "x")),
  ),
  ...["location", "deleted", "os_glance_foo", "self", "file", "schema", "direct_url"].map((name) =>
    edit(`${name}, which is not the client's`, one("add", `/${name}`, "x")),
  ),
  edit("an image that is not there", one("replace", "/name", "n"), { image: "none", path: `/v2/images/${unknownId}` }),
  edit("the disk format of an active image", one("replace", "/disk_format", "qcow2"), { image: "active" }),
  edit("the container format of an active image", one("replace", "/container_format", "ovf"), { image: "active" }),
  edit("the disk format of a waiting image", one("replace", "/disk_format", "qcow2")),
  edit("an escaped name", one("add", "/a~1b~0c", "x")),

  send("without a type", "queued", { headers: {} }),
  send("as JSON", "queued", { headers: { "content-type": "application/json" }, body: "{}" }),
  send("octets with a parameter", "queued", { headers: { "content-type": "application/octet-stream; a=b" } }),
  send("to an active image", "active"),
  send("to an image without formats", "without formats"),
  send("to an image that is not there", "none", { path: `/v2/images/${unknownId}/file` }),
  send("to a deactivated image", "deactivated"),
  send("to a staged image", "staged"),
  send("nothing", "queued", { body: "" }),
  send("bytes to a waiting image", "queued"),
  plain("posting a file", "queued", "POST", "/v2/images/{id}/file"),
  plain("deleting a file", "active", "DELETE", "/v2/images/{id}/file"),
  plain("a file that is not there yet", "queued", "GET", "/v2/images/{id}/file"),
  plain("a file of an image that is not there", "none", "GET", `/v2/images/${unknownId}/file`),
  plain("a file of a deactivated image, for an administrator", "deactivated", "GET", "/v2/images/{id}/file"),
  plain("the head of a file", "active", "HEAD", "/v2/images/{id}/file", { here: 200, glance: 405, because: "HEAD works where GET does" }),
  ...[
    "bytes=0-0",
    "bytes=4-",
    "bytes=-4",
    "bytes=0-1000",
    "bytes=-1000",
    "bytes=9-3",
    "bytes=100-",
    "bytes=a-b",
    "items=0-1",
    "bytes=0-1,3-4",
    "bytes=",
  ].map((value) => range(value)),

  json("staging to an active image", "active", "PUT", "/v2/images/{id}/stage", "x", { headers: octets }),
  json("staging twice", "staged", "PUT", "/v2/images/{id}/stage", "x", { headers: octets }),
  json("staging for an image that is not there", "none", "PUT", `/v2/images/${unknownId}/stage`, "x", { headers: octets }),
  json("staging as JSON", "queued", "PUT", "/v2/images/{id}/stage", "{}"),
  importing("without a body", "queued", ""),
  importing("without a method", "queued", {}),
  importing("without the name of a method", "queued", { method: {} }),
  importing("by an unknown method", "queued", { method: { name: "teleport" } }),
  importing("what is not staged", "queued", { method: { name: "glance-direct" } }),
  importing("without an address", "queued", { method: { name: "web-download" } }),
  importing("from a file", "queued", { method: { name: "web-download", uri: "file:///etc/passwd" } }),
  importing("from a scheme that is not there", "queued", { method: { name: "web-download", uri: "gopher://example.org" } }),
  importing("to an active image", "active", { method: { name: "web-download", uri: "http://example.org/x" } }),
  importing("a staged file without formats", "without formats", { method: { name: "glance-direct" } }),
  importing("to an image that is not there", "none", { method: { name: "glance-direct" } }, { path: `/v2/images/${unknownId}/import` }),
  importing("with all_stores that is no boolean", "staged", { method: { name: "glance-direct" }, all_stores: "yes" }),
  importing("from an image whose id is none", "queued", {
    method: { name: "glance-download", glance_region: "r", glance_image_id: "5" },
  }),

  json("a member of a private image", "private", "POST", "/v2/images/{id}/members", { member: "p" }),
  json("a member without a name", "queued", "POST", "/v2/images/{id}/members", { member: "" }),
  json("a member of nothing", "queued", "POST", "/v2/images/{id}/members", {}),
  json(
    "a member that is a number",
    "queued",
    "POST",
    "/v2/images/{id}/members",
    { member: 5 },
    {
      differs: { here: 400, glance: 200, because: "a project that is no text" },
    },
  ),
  json("a member", "queued", "POST", "/v2/images/{id}/members", { member: "p" }),
  json("members as a list", "queued", "POST", "/v2/images/{id}/members", []),
  json("a member of an image that is not there", "none", "POST", `/v2/images/${unknownId}/members`, { member: "p" }),
  plain("the members of a private image", "private", "GET", "/v2/images/{id}/members"),
  plain("a member that is not there", "queued", "GET", "/v2/images/{id}/members/p"),
  plain("taking away a member that is not there", "queued", "DELETE", "/v2/images/{id}/members/p"),
  json("an answer of a member that is not there", "queued", "PUT", "/v2/images/{id}/members/p", { status: "accepted" }),
  json(
    "an unknown answer",
    "queued",
    "PUT",
    "/v2/images/{id}/members/p",
    { status: "maybe" },
    {
      differs: { here: 400, glance: 404, because: "the body, which is looked at first" },
    },
  ),

  plain("a tag", "queued", "PUT", "/v2/images/{id}/tags/a"),
  plain("a tag of 255 characters", "queued", "PUT", `/v2/images/{id}/tags/${long(255)}`),
  plain("a tag of 256 characters", "queued", "PUT", `/v2/images/{id}/tags/${long(256)}`),
  plain("taking away a tag that is not there", "queued", "DELETE", "/v2/images/{id}/tags/a"),
  plain("a tag of an image that is not there", "none", "PUT", `/v2/images/${unknownId}/tags/a`),
  plain("posting a tag", "queued", "POST", "/v2/images/{id}/tags/a"),

  plain("deactivating a waiting image", "queued", "POST", "/v2/images/{id}/actions/deactivate"),
  plain("deactivating twice", "deactivated", "POST", "/v2/images/{id}/actions/deactivate"),
  plain("reactivating an active image", "active", "POST", "/v2/images/{id}/actions/reactivate"),
  plain("an unknown action", "active", "POST", "/v2/images/{id}/actions/explode"),
  plain("asking for an action", "active", "GET", "/v2/images/{id}/actions/deactivate"),
  plain("deactivating what is not there", "none", "POST", `/v2/images/${unknownId}/actions/deactivate`),

  ...[
    "limit=0",
    "limit=-1",
    "limit=x",
    "limit=1.5",
    "limit=100000",
    "limit=",
    `marker=${unknownId}`,
    "marker=x",
    "sort_key=x",
    "sort_key=name",
    "sort_dir=up",
    "sort_dir=asc",
    "sort_key=name&sort_key=size&sort_dir=asc&sort_dir=desc",
    "sort_key=name&sort_dir=asc&sort_dir=desc",
    "sort=name:asc,size:desc",
    "sort=name",
    "sort=name:up",
    "sort=",
    "sort=name:asc&sort_key=name",
    "sort=password:asc",
    "visibility=secret",
    "visibility=all",
    "member_status=maybe",
    "member_status=all",
    "protected=maybe",
    "protected=true",
    "os_hidden=maybe",
    "os_hidden=true",
    "size_min=x",
    "size_max=5",
    "created_at=yesterday",
    "created_at=gt:yesterday",
    "created_at=gt:2020-01-01T00:00:00Z",
    "created_at=near:2020-01-01T00:00:00Z",
    "created_at=2020-01-01T00:00:00Z",
    "status=in:active,queued",
    "status=x",
    "name=in:a,b",
    'name=in:"a,b",c',
    'name=in:"a',
    "name=neq:a",
    "name=eq:a",
    `id=in:${unknownId}`,
    "id=x",
    "speed=88mph",
    "changes-since=2020-01-01T00:00:00Z",
    "tag=a&tag=b",
    `tag=${long(256)}`,
    "owner=x",
    "disk_format=x",
    "checksum=x",
  ].map((query) => list(query)),
  list("size_min=-1", { here: 400, glance: 200, because: "a length below nothing" }),
  list("min_ram=x", { here: 400, glance: 200, because: "a number that is none" }),
  list("status=in:", { here: 400, glance: 200, because: "a list without a value" }),

  plain("the tasks of an image", "queued", "GET", "/v2/images/{id}/tasks"),
  plain("the tasks of an image that is not there", "none", "GET", `/v2/images/${unknownId}/tasks`),

  plain("an unknown schema", "none", "GET", "/v2/schemas/nothing"),
  plain("the schema of images", "none", "GET", "/v2/schemas/images"),
  plain("writing a schema", "none", "PUT", "/v2/schemas/images"),
  plain("what can be imported", "none", "GET", "/v2/info/import"),
  plain("the usage", "none", "GET", "/v2/info/usage"),

  json("a namespace without a name", "none", "POST", "/v2/metadefs/namespaces", {}),
  json("a namespace with a name of 81 characters", "none", "POST", "/v2/metadefs/namespaces", { namespace: long(81) }),
  json("a namespace that everybody has", "none", "POST", "/v2/metadefs/namespaces", { namespace: "x", visibility: "community" }),
  plain("a namespace that is not there", "none", "GET", "/v2/metadefs/namespaces/Nothing"),
  plain("objects of a namespace that is not there", "none", "GET", "/v2/metadefs/namespaces/Nothing/objects"),
  plain("deleting a namespace that is not there", "none", "DELETE", "/v2/metadefs/namespaces/Nothing"),
];
