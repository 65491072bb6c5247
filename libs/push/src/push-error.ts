/** What keeps a push from being done; its message is for people. */
export class PushError extends Error {
  override readonly name = 'PushError'
  readonly problems: readonly string[]

  constructor(problems: string | readonly string[], options?: ErrorOptions) {
    const all = typeof problems === 'string' ? [problems] : problems
    super(all.join('\n'), options)
    this.problems = all
  }
}
