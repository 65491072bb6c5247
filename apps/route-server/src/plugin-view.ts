import type { PluginRefused, RunningPlugin, SetAside } from '@route-server/assembly'
import type { PluginView, SetAsideView } from '@route-server/server'

const asideView = ({ until, ...rest }: SetAside): SetAsideView => ({ ...rest, until: new Date(until).toISOString() })

/** To a hundredth of a millisecond. */
const rounded = (milliseconds: number): number => Math.round(milliseconds * 100) / 100

/** A plugin as the operator sees it. */
export function pluginView({ plugin, found, spent }: RunningPlugin): PluginView {
  const { calls, total, longest, waited, waiting, setAside, memory } = spent()
  return {
    name: plugin.name,
    source: found?.path ?? 'built-in',
    ...(found?.version !== undefined && { version: found.version }),
    labels: plugin.labels,
    state: setAside.length > 0 ? 'set-aside' : waiting > 0 ? 'behind' : 'ok',
    waiting,
    setAside: setAside.map(asideView),
    calls,
    totalMilliseconds: rounded(total),
    longestMilliseconds: rounded(longest),
    waitedMilliseconds: rounded(waited),
    ...(memory !== undefined && { memoryBytes: memory }),
    ...(found && { integrity: found.integrity, pinned: found.isPinned }),
  }
}

/** One that isn't what it is pinned as: by the name that the configuration has for it, since its own isn't known. */
export const refusedView = ({ plugin: name, found: { path, version, integrity } }: PluginRefused): PluginView => ({
  name,
  source: path,
  ...(version !== undefined && { version }),
  labels: {},
  state: 'refused',
  waiting: 0,
  setAside: [],
  calls: 0,
  totalMilliseconds: 0,
  longestMilliseconds: 0,
  waitedMilliseconds: 0,
  integrity,
  pinned: false,
})
