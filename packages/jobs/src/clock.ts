/** The only source of time of this package. */
export interface Clock {
  /** Milliseconds since 1970, UTC. */
  now(): number;
}
