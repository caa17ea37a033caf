/** Which things a statement is about: patterns in which `*` stands for any text. */
export interface ResourcePattern {
  /** As in `ims:*:*:image:<id>`, lower case. */
  readonly service: string;
  readonly domain: string;
  /** Lower case. */
  readonly type: string;
  readonly id: string;
}

/** What has to hold about the caller or the thing. */
export interface PolicyCondition {
  /** Name in the table of operators. */
  readonly operator: string;
  /** Lower case up to a slash, e.g. `g:enterpriseprojectid`, `g:resourcetag/Team`. */
  readonly key: string;
  /** One of them has to fit; for an operator that negates, none may. */
  readonly values: readonly string[];
}

/** One part of a policy: what it allows or denies, about which things, and when. */
export interface PolicyStatement {
  readonly effect: "Allow" | "Deny";
  /** Patterns of actions, lower case; `*` stands for any text. */
  readonly actions: readonly string[];
  /** None stand for every thing. */
  readonly resources: readonly ResourcePattern[];
  /** All of them have to hold. */
  readonly conditions: readonly PolicyCondition[];
}

/** A statement as somebody has it: with the bounds within which it was given. */
export interface GrantedStatement extends PolicyStatement {
  /** Only things in this enterprise project; undefined for all of the project's. */
  readonly enterpriseProjectId: string | undefined;
  /** Only services that belong to no project. */
  readonly isGlobalOnly: boolean;
  /** Actions of operators too. */
  readonly mayOperate: boolean;
}

/** A role that was given but does nothing, since it depends on another one that was not given beside it. */
export interface IdleRole {
  readonly name: string;
  /** Name of the role that is missing. */
  readonly needs: string;
  readonly statements: readonly GrantedStatement[];
}

/** Everything that a caller may and may not do within its scope. The order of statements does not matter. */
export interface Rights {
  readonly statements: readonly GrantedStatement[];
  readonly idle: readonly IdleRole[];
}
