import type { SeededRandom } from "@tintype/disk/core/testing/seeded-random.ts";
import type { Words } from "./words.ts";

/** A body that its operation takes, as far as the things in it are there. */
type Recipe = (words: Words, random: SeededRandom) => unknown;

const rename: Recipe = (_words, random) => [{ op: "replace", path: "/name", value: random.pick(["renamed", "thing"]) }];
const tag = { key: "env", value: "prod" };
const newImage: Recipe = (words, random) => ({
  name: "thing",
  os_version: "Ubuntu 22.04 server 64bit",
  min_disk: 40,
  image_url: words.pick(random, "file"),
  ...(random.oneIn(3) && { cmk_id: words.pick(random, "key") }),
});
const newProperty: Recipe = () => ({ name: "thing", title: "Thing", type: "string" });
const keyOnly: Recipe = (words, random) => ({ key_id: words.pick(random, "key") });
const password = "password of the tests";

/** Bodies of operations whose schemas leave most of what they want unsaid, by their methods and paths. */
export const recipes: readonly (readonly [RegExp, Recipe])[] = [
  [/^POST \/v2(?:\.1)?\/cloudimages\/(?:quickimport\/)?action$/, newImage],
  [
    /^POST .*\/dataimages\/action$/,
    (words, random) => ({ name: "data", image_url: words.pick(random, "file"), min_disk: 40, os_type: "Linux" }),
  ],
  [
    /^POST .*\/cloudimages\/:image_id\/file$/,
    (words, random) => ({ bucket_url: `${words.pick(random, "bucket")}:out`, file_format: "qcow2" }),
  ],
  [/^POST .*\/cloudimages\/:image_id\/copy$/, () => ({ name: "copied" })],
  [/^(?:POST|DELETE) \/v1\/cloudimages\/members$/, (words, random) => ({ images: [words.pick(random, "image")], projects: ["alt"] })],
  [
    /^PUT \/v1\/cloudimages\/members$/,
    (words, random) => ({ images: [words.pick(random, "image")], project_id: "alt", status: "accepted" }),
  ],
  [/^PUT \/v1\/cloudimages\/:image_id\/upload$/, (words, random) => ({ image_url: words.pick(random, "file") })],
  [/^POST \/v2\/images\/:image_id\/members$/, (words, random) => ({ member: words.pick(random, "project") })],
  [/^POST \/image\/v2\/images\/:image_id\/members$/, (words, random) => ({ member: words.pick(random, "project") })],
  [/^PATCH .*images\/:image_id$/, rename],
  [/^PUT \/v1\/cloudimages\/tags$/, (words, random) => ({ image_id: words.pick(random, "image"), tag: "env.prod" })],
  [/^POST .*\/images\/:image_id\/tags$/, () => ({ tag })],
  [/^POST .*\/tags\/action$/, (_words, random) => ({ action: random.pick(["create", "delete"]), tags: [tag] })],
  [/^DELETE .*\/tags\/delete$/, () => ({ tags: [tag] })],
  [/resource_instances\/action$/, () => ({ action: "filter", limit: "10", offset: "0", tags: [{ key: "env", values: ["prod"] }] })],
  [/^POST \/image\/v2\/images$/, () => ({ name: "declared", disk_format: "raw", container_format: "bare" })],
  [/^POST \/v2\/images$/, () => ({ name: "declared", __os_version: "Ubuntu 22.04 server 64bit", min_disk: 40 })],
  [
    /\/import$/,
    (_words, random) => ({
      method: random.pick([{ name: "glance-direct" }, { name: "web-download", uri: "http://203.0.113.1:1/" }, { name: "copy-image" }]),
    }),
  ],
  [/\/locations$/, () => ({ url: "http://203.0.113.1:1/disk" })],
  [
    /\/v2\/tasks$/,
    () => ({
      type: "import",
      input: { import_from: "http://203.0.113.1:1/", image_properties: { name: "thing", disk_format: "raw", container_format: "bare" } },
    }),
  ],
  [
    /namespaces$/,
    (_words, random) => ({
      namespace: random.pick(["more", "thing"]),
      objects: [{ name: "thing", properties: {} }],
      tags: [{ name: "thing" }],
    }),
  ],
  [/namespaces\/:namespace$/, (words, random) => ({ namespace: words.pick(random, "namespace"), visibility: "private" })],
  [/namespaces\/:namespace\/properties/, newProperty],
  [/\/kms\/(?:enable|disable|rotate|describe|cancel|get|create-datakey)/, keyOnly],
  [/\/kms\/create-key$/, (_words, random) => ({ key_alias: random.pick(["more", "other", "third"]) })],
  [/\/kms\/schedule-key-deletion$/, (words, random) => ({ key_id: words.pick(random, "key"), pending_days: "7" })],
  [/\/auth\/tokens$/, (_words, random) => tokenFor(random.pick(["demo", "alt", "spare"]))],
  [/\/users\/:user_id\/password$/, () => ({ user: { original_password: "changed by anybody", password: "Another passw0rd" } })],
  [
    /\/tracker$/,
    (words, random) => ({ tracker_type: "system", tracker_name: "system", obs_info: { bucket_name: words.pick(random, "bucket") } }),
  ],
  [/\/predefine_tags\/action$/, (_words, random) => ({ action: random.pick(["create", "delete"]), tags: [tag] })],
  [/\/predefine_tags$/, () => ({ old_tag: tag, new_tag: { key: "env", value: "test" } })],
  [
    /\/resource-tags\//,
    (words, random) => ({
      project_id: "demo",
      resources: [{ resource_type: "images", resource_id: words.pick(random, "image") }],
      tags: [tag],
    }),
  ],
  [/\/resources-migrate$/, (words, random) => ({ resource_type: "images", resource_id: words.pick(random, "image"), project_id: "demo" })],
  [/\/wanted$/, () => ({ offset: 0, digests: ["0".repeat(64)] })],
];

function tokenFor(name: string): object {
  const user = { name, password: name === "spare" ? "changed by anybody" : password, domain: { id: "default" } };
  return { auth: { identity: { methods: ["password"], password: { user } }, scope: { project: { id: name } } } };
}
