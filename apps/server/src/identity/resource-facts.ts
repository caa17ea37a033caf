/** What a policy may make a right depend on. */
export interface ResourceFacts {
  /** Kind of thing, lower case, as policies name it: `bucket`, `object`, `keyid`. Default `image`. */
  readonly type?: string;
  readonly id: string;
  readonly enterpriseProjectId: string;
  /** `key=value`, or `key` alone. */
  readonly tags: readonly string[];
}
