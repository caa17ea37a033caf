/**
 * Runs `open`, and closes what it was going to take over when it fails, so that `await using disk = await openX(source)` never leaks.
 *
 * Throws  what `open` throws
 */
export async function closeOnFailure<T>(owned: AsyncDisposable, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    await owned[Symbol.asyncDispose]();
    throw error;
  }
}
