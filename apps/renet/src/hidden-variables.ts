import { ComposeError } from '@route-server/compose'
import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'

/** Where variables are set that compose would use. */
export interface Sources {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** `.env` files; those that aren't there say nothing. */
  readonly files: readonly string[]
}

/**
 * The variables of services are ours to set.
 *
 * @throws {ComposeError} with each one that is set to something else, and where
 */
export function checkVariables(variables: Readonly<Record<string, string>>, { environment, files }: Sources): void {
  const sources = [
    { where: 'the environment', said: environment },
    ...files.map((file) => ({ where: file, said: read(file) })),
  ]
  const problems = sources.flatMap(({ where, said }) =>
    Object.entries(variables)
      .filter(([name, value]) => said[name] !== undefined && said[name] !== value)
      .map(
        ([name, value]) =>
          `${where} sets ${name} to ${JSON.stringify(said[name])}, and ${name} is the variable of a service's address (${value}). Unset it, or rename the service.`,
      ),
  )
  if (problems.length > 0) throw new ComposeError(problems)
}

function read(file: string): Readonly<Record<string, string | undefined>> {
  try {
    return parseEnv(readFileSync(file, 'utf8'))
  } catch {
    return {}
  }
}
