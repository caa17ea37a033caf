/** The only source of time of the use cases. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
}
