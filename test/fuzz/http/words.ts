import type { SeededRandom } from "@tintype/disk/core/testing/seeded-random.ts";

/** Kinds of things that calls name. */
export const wordKinds = [
  "image",
  "job",
  "key",
  "upload",
  "project",
  "user",
  "group",
  "role",
  "domain",
  "agency",
  "access",
  "enterprise",
  "bucket",
  "file",
  "namespace",
  "multipart",
  "cursor",
] as const;
export type WordKind = (typeof wordKinds)[number];

/** How the names of fields and parameters tell what they name, the first that fits. */
const kindOfName: readonly (readonly [RegExp, WordKind])[] = [
  [/cursor|marker|^next|continuation/i, "cursor"],
  [/enterprise/, "enterprise"],
  [/image_url|bucket_url|import_from|uri/, "file"],
  [/bucket/, "bucket"],
  [/image|^id$|instance_id|resource_id/, "image"],
  [/job|task/, "job"],
  [/key_id|cmk/, "key"],
  [/uploadId/, "multipart"],
  [/upload/, "upload"],
  [/project|member|owner|scope/, "project"],
  [/user|subject/, "user"],
  [/group/, "group"],
  [/role/, "role"],
  [/domain/, "domain"],
  [/agency/, "agency"],
  [/access/, "access"],
  [/namespace/, "namespace"],
];

/** Values that fit fields of these names. */
const likely: readonly (readonly [RegExp, readonly unknown[]])[] = [
  [/^(limit|offset|page_size)$/, [0, 1, 2, 10, 1000]],
  [/min_disk/, [1, 40, 2048]],
  [/(min|max)_ram/, [0, 512, 4096]],
  [/os_version/, ["Ubuntu 22.04 server 64bit", "Other_Linux (64_bit)", "Windows Server 2019 Standard 64bit"]],
  [/pending_days|duration/, [7, 900, 3600]],
  [/datakey_length/, [32, "32", 512]],
  [/_length$/, [16, 32, 64]],
  [/cipher_text|plain_text/, ["00".repeat(32), "ab".repeat(64)]],
  [/key_alias/, ["more", "demo-key", "k:/_-"]],
  [/visibility/, ["private", "public", "shared", "community"]],
  [/status|state/, ["accepted", "rejected", "active", "queued", "success", "1"]],
  [/^op$/, ["add", "replace", "remove"]],
  [
    /^(path|add|replace|remove)$/,
    ["/name", "/tags", "/min_disk", "/rack", "/visibility", "/protected", "/__os_version", "/locations", "/a~1b"],
  ],
  [/^tags?$|^key$/, ["env", "env.prod", "k.v", "team"]],
  [/sort_dir|order_method/, ["asc", "desc"]],
  [/sort/, ["name", "created_at", "status:asc", "size", "updated_at", "min_disk", "id"]],
  [/created_at|updated_at|since|from|to$/, ["2026-01-02T03:04:05Z", "gte:2026-01-01T00:00:00Z", "1767323045678", 1767323045678]],
  [/file_format|disk_format/, ["raw", "qcow2", "zvhd2", "vhd"]],
  [/container_format/, ["bare", "ova"]],
  [/^methods$/, ["password", "token", "assume_role"]],
  [/resource_types?$/, ["images", "image", "OS::Nova::Flavor"]],
  [/policy/, [{ Version: "1.1", Statement: [{ Effect: "Allow", Action: ["ims:images:list"] }] }]],
  [/password/, ["password of the tests", "another Passw0rd"]],
  [/stores?$|store_id/, ["main", "second"]],
  [/^(name|display_name|description|value)$/, ["thing", "Thing 2", "1"]],
  [/^(type)$/, ["string", "import", "ECS", "prod"]],
  [/digests/, ["0".repeat(64)]],
  [/language/, ["en", "zh"]],
];

/** How many things of a kind are remembered besides those that were there first. */
const mostLearned = 12;

/** Words by the kinds of what they name. */
export type WordLists = ReadonlyMap<WordKind, readonly string[]>;

/** Where words come from. */
export interface WordSources {
  /** Of all that was there first. */
  readonly first: WordLists;
  /** What answers told since. */
  readonly learned: Map<WordKind, readonly string[]>;
  /** What belongs to who speaks: half of all words are from there. */
  readonly own?: WordLists | undefined;
  /** What is never said. */
  readonly avoided?: ReadonlySet<string>;
}

/** Names of things that are there, were there, or never were. */
export class Words {
  readonly #from: WordSources;

  constructor(from: WordSources) {
    this.#from = from;
  }

  /** Remembers what an answer named. */
  learn(kind: WordKind, word: string): void {
    const { learned } = this.#from;
    const known = learned.get(kind) ?? [];
    if (!known.includes(word)) {
      learned.set(kind, [...known, word].slice(-mostLearned));
    }
  }

  /** The kind of thing that a field or parameter of that name names. */
  kindOf(name: string): WordKind | undefined {
    return kindOfName.find(([form]) => form.test(name))?.[1];
  }

  /** Something of that kind. */
  pick(random: SeededRandom, kind: WordKind): string {
    const { first, learned, own, avoided } = this.#from;
    const mine = own?.get(kind);
    const all = mine !== undefined && random.oneIn(2) ? mine : [...(first.get(kind) ?? []), ...(learned.get(kind) ?? []), "nothing"];
    return random.pick(all.filter((word) => avoided?.has(word) !== true));
  }

  /** A value that fits a field or parameter of that name. */
  for(random: SeededRandom, name: string): unknown {
    const values = likely.find(([form]) => form.test(name))?.[1];
    if (values !== undefined) {
      return random.pick(values);
    }
    const kind = this.kindOf(name);
    return kind === undefined ? random.pick(["thing", "1", "true", "k", "2026-01-02T03:04:05Z"]) : this.pick(random, kind);
  }
}
