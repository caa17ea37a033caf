/**
 * Takes the pieces of a body apart at will. A body that breaks off ends early, and `failure` tells why.
 *
 * Memory  one piece of the body
 */
export class BodyReader implements AsyncDisposable {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #rest: Uint8Array | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(body: AsyncIterable<Uint8Array>) {
    this.#pieces = body[Symbol.asyncIterator]();
  }

  /** Why the body broke off; undefined while it did not. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /** What comes next, at least one byte of it, good until `take` took it all; undefined at the end. */
  async next(): Promise<Uint8Array | undefined> {
    while ((this.#rest?.length ?? 0) === 0 && this.#failure === undefined) {
      try {
        const { done, value } = await this.#pieces.next();
        if (done === true) {
          return undefined;
        }
        this.#rest = value;
      } catch (error) {
        this.#rest = undefined;
        this.#failure = { error };
      }
    }
    return this.#rest;
  }

  /** Goes on by so many bytes, which `next` has shown. */
  take(bytes: number): void {
    this.#rest = this.#rest?.subarray(bytes);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pieces.return?.();
  }
}
