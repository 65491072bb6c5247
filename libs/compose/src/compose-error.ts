/** What was asked of Docker Compose can't be done. The message has one line per problem, for people. */
export class ComposeError extends Error {
  override readonly name = 'ComposeError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(problems.join('\n'), options)
    this.problems = problems
  }
}
