/**
 * Settles as `work` does, or rejects with `late()` when that takes longer than `ms`. Its signal then tells the work to stop,
 * and what comes of it is dropped: a call to a daemon that stalls may never settle by itself.
 */
export async function withDeadline<T>(
  ms: number,
  call: AbortController,
  work: Promise<T>,
  late: () => Error,
): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const expiry = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(late()), ms)
  })
  try {
    return await Promise.race([work, expiry])
  } catch (error) {
    call.abort()
    throw error
  } finally {
    clearTimeout(timer)
  }
}
