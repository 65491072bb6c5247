/** What was asked of a machine can't be done. The message has one line per problem, for people. */
export class MachineError extends Error {
  override readonly name = 'MachineError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(problems.join('\n'), options)
    this.problems = problems
  }
}
