/**
 * The label that a message is about which names a router, a service or a middleware instead: `The router "web" is left out: it refers to the
 * middleware "auth" …`. Only a place hangs on it.
 */
export function labelMeant(message: string, labels: Readonly<Record<string, string>>): string | undefined {
  const keys = Object.keys(labels)
  const [, kind = '', name = ''] = /\b(router|service|middleware) "([^"]+)"/.exec(message) ?? []
  if (name === '') return undefined
  const own = keys.filter((key) => key.toLowerCase().includes(`.${kind}s.${name.toLowerCase()}.`))
  const [, referred = ''] = /refers to the (middleware|service)/.exec(message) ?? []
  return own.find((key) => referred !== '' && key.toLowerCase().includes(`.${referred}`, key.indexOf(name))) ?? own[0]
}
