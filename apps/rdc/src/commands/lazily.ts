/** A command's module. Loaded when it is run, so that help and completion don't wait for it. */
export interface CommandModule<Args extends readonly unknown[]> {
  /** Resolves with the exit status, 0 if it has none. Rejects with errors whose messages are for people. */
  readonly run: (...args: Args) => Promise<number | undefined>
}

export const lazily =
  <Args extends readonly unknown[]>(load: () => Promise<CommandModule<Args>>) =>
  async (...args: Args): Promise<void> => {
    const { run } = await load()
    process.exitCode = (await run(...args)) ?? 0
  }
