import type { PluginView, SetAsideView } from '@route-server/server'
import { visible } from '@route-server/terminal'
import { columns } from './columns.ts'

function stateOf({ state, waiting, setAside }: PluginView): string {
  if (state === 'ok') return 'ok'
  if (state === 'refused') return 'not run: not what it is pinned as'
  const forWhom = setAside.some(({ network }) => network === undefined)
    ? 'for everybody'
    : `for ${setAside.length} network${setAside.length === 1 ? '' : 's'}`
  return [...(state === 'behind' ? [] : [`set aside ${forWhom}`]), `${waiting} waiting`].join(', ')
}

const asideLine =
  (plugin: string) =>
  ({ network, container, why, until }: SetAsideView): string => {
    const whose = container === undefined || network === undefined ? '' : ` on ${container} of network ${network}`
    return `${plugin} ${why}${whose}; it is tried again at ${until}`
  }

/** The plugins as lines with columns, then what there is to know of those that aren't built in. The last line ends too. */
export function pluginsTable(plugins: readonly PluginView[]): string {
  const rows = plugins.map((plugin) =>
    [
      plugin.name,
      plugin.version ?? '-',
      stateOf(plugin),
      String(plugin.calls),
      `${plugin.totalMilliseconds} ms`,
      `${plugin.longestMilliseconds} ms`,
      `${plugin.waitedMilliseconds} ms`,
      plugin.memoryBytes === undefined ? '-' : `${Math.round(plugin.memoryBytes / 2 ** 20)} MiB`,
      plugin.source,
      Object.keys(plugin.labels).join(', '),
    ].map(visible),
  )
  const table = columns([
    ['NAME', 'VERSION', 'STATE', 'CALLS', 'TIME', 'LONGEST', 'WAITED', 'MEMORY', 'SOURCE', 'LABELS'],
    ...rows,
  ])
  const aside = plugins.flatMap(({ name, setAside }) => setAside.map(asideLine(name)))
  const pins = plugins.flatMap(({ name, integrity, pinned }) =>
    integrity === undefined ? [] : [`${name} ${pinned === true ? 'is pinned by' : 'can be pinned by'} ${integrity}`],
  )
  return [table, ...[...aside, ...pins].map((line) => `${visible(line)}\n`)].join('')
}
