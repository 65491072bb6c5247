/** Something about the repository keeps us from going on. The message has one line per problem, for people. */
export class RepositoryError extends Error {
  override readonly name = 'RepositoryError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(problems.join('\n'), options)
    this.problems = problems
  }
}
