/** A command's module. Loaded when it is run, so that help doesn't wait for it. */
export interface CommandModule<Args extends readonly unknown[]> {
  /** Sets the exit status, or rejects with errors whose messages are for people. */
  readonly run: (...args: Args) => Promise<void> | void
}

export const lazily =
  <Args extends readonly unknown[]>(load: () => Promise<CommandModule<Args>>) =>
  async (...args: Args): Promise<void> => {
    const { run } = await load()
    await run(...args)
  }
