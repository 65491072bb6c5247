/**
 * Asks, unless `--yes` was given.
 *
 * @throws {Error} without a terminal to ask at
 */
export async function confirmed(
  question: string,
  { yes = false }: { readonly yes?: boolean | undefined },
): Promise<boolean> {
  if (yes) return true
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new Error(
      `there is no terminal to ask at: "${question}" Give --yes to answer it beforehand. Nothing was done.`,
    )
  const { default: confirm } = await import('@inquirer/confirm')
  return confirm({ message: question, default: false }, { output: process.stderr })
}
