import type { RunningPlugin, SetAside } from '@route-server/assembly'
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
