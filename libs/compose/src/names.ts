import type { ComposeModel, ComposeService } from './model.ts'

/** What a service is called by others: a name, and the service that it stands for. */
type Name = readonly [name: string, service: string]

const HOST_NAME = /^[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?$/

/**
 * The names by which services know one another on compose's own networks, for `extra_hosts`: service names, container names, host names and
 * aliases. A name that two claim belongs to the one that has it in the earlier of these ways; an alias may be several services'.
 */
export function namesOf({ services }: ComposeModel): ReadonlyMap<string, readonly string[]> {
  const ways: readonly ((service: ComposeService, name: string) => readonly (string | undefined)[])[] = [
    (_, name) => [name],
    ({ container_name }) => [container_name],
    ({ hostname }) => [hostname],
    ({ networks }) => Object.values(networks ?? {}).flatMap((network) => network?.aliases ?? []),
  ]
  const found = new Map<string, readonly string[]>()
  for (const way of ways) {
    const claims = Object.entries(services).flatMap(([service, definition]) =>
      way(definition, service).flatMap((name): Name[] => (isHostName(name) ? [[name, service]] : [])),
    )
    for (const name of new Set(claims.map(([name]) => name)))
      if (!found.has(name))
        found.set(name, [...new Set(claims.filter(([other]) => other === name).map(([, service]) => service))])
  }
  return found
}

/** Further names that one service alone knows: `links: ["db:database"]`. */
export function linkedNamesOf({ links = [] }: ComposeService): readonly Name[] {
  return links.flatMap((link): Name[] => {
    const [service = '', alias] = link.split(':')
    return isHostName(alias) ? [[alias, service]] : []
  })
}

const isHostName = (name: string | undefined): name is string => name !== undefined && HOST_NAME.test(name)
