import { RepositoryError } from './repository-error.ts'

/** The variable that has a service's address: `my-api.v2` has `MY_API_V2_IP`. */
export const variableOf = (service: string): string => `${service.toUpperCase().replace(/[-.]/g, '_')}_IP`

/** Whether a shell, or `${NAME}` in a compose file, can name it: one of a service such as `2fa` can't be. */
export const isNameable = (variable: string): boolean => /^[A-Z_][A-Z0-9_]*$/.test(variable)

/**
 * The services by their variables.
 *
 * @throws {RepositoryError} where two services would have one variable
 */
export function variablesOf(services: Iterable<string>): ReadonlyMap<string, string> {
  const owners = new Map<string, string>()
  const problems: string[] = []
  for (const service of services) {
    const variable = variableOf(service)
    const other = owners.get(variable)
    if (other !== undefined && other !== service)
      problems.push(
        `The services \`${other}\` and \`${service}\` would share the variable ${variable}. Rename one of them; if one is gone for good, run: renet slots release NAME`,
      )
    owners.set(variable, service)
  }
  if (problems.length > 0) throw new RepositoryError(problems)
  return owners
}
