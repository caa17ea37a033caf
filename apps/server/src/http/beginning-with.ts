/** The pieces of which the first was asked for already. Ends their reading ahead also when nobody wants more than that one. */
export async function* beginningWith(
  first: IteratorResult<Uint8Array, void>,
  rest: AsyncIterator<Uint8Array, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for (let next = first; next.done !== true; next = await rest.next()) {
      yield next.value;
    }
  } finally {
    await rest.return?.();
  }
}
