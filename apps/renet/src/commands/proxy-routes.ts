import { plainJson, plainText } from '@route-server/server/plain-text'
import { print } from '@route-server/terminal'
import { findHere, type WhereFlags } from '../here.ts'
import { askRoutes, type Router } from '../routes.ts'
import { table } from '../terminal/table.ts'

export async function run({ json = false, ...where }: WhereFlags & { readonly json?: boolean }): Promise<void> {
  const { network } = findHere(where)
  const routes = await askRoutes(network)
  if (json) return print(plainJson(routes))
  const row = (protocol: string, { name, rule = '', entryPoints, servers }: Router): string[] => [
    protocol,
    plainText(name),
    plainText(rule),
    plainText(entryPoints.join(' ')),
    servers.map(plainText).join('\n'),
  ]
  print(
    table([
      ['PROTOCOL', 'ROUTER', 'RULE', 'ENTRY POINTS', 'SERVERS'],
      ...(['http', 'tcp', 'udp'] as const).flatMap((protocol) =>
        routes.routers[protocol].map((one) => row(protocol, one)),
      ),
    ]),
  )
  for (const { code, level, message } of routes.diagnostics.filter(({ level }) => level !== 'info'))
    print(plainText(`${level} ${code}: ${message}`))
}
