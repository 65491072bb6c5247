import type { Command } from 'commander'
import type { Plugins, PluginView } from '@route-server/server'
import { plainJson } from '@route-server/server/plain-text'
import { askServer } from '@route-server/server/control-client'
import { stateDirOf, withPlace } from './place.ts'
import type { Place } from './place.ts'
import { pluginView, refusedView } from './plugin-view.ts'
import { pluginsTable } from './plugins-table.ts'

/** Those that the configuration names, as they are before anybody asked them, and then those that it pins as something else: nothing of these is run. */
async function configured({ config: file }: Place): Promise<readonly PluginView[]> {
  const [{ BOUNDS, folderOf, loadPlugins }, { loadConfig }] = await Promise.all([
    import('@route-server/assembly'),
    import('@route-server/config'),
  ])
  const refused: PluginView[] = []
  const plugins = await loadPlugins(
    loadConfig({ file }),
    folderOf(file),
    BOUNDS,
    (refusal) => void refused.push(refusedView(refusal)),
  )
  const views = plugins.map(pluginView)
  await Promise.all(plugins.map((plugin) => plugin.close()))
  return [...views, ...refused]
}

/** `route-server plugins`: what runs, whether it works, and what it costs. */
export function addPlugins(
  program: Command,
  print: (text: string) => void = (text) => void process.stdout.write(text),
): void {
  withPlace(program.command('plugins'))
    .description(
      'print every plugin: its version, source, labels and state, its calls, the time that they took, and its memory',
    )
    .option('--configured', 'ask no server: load what the configuration names, and say what it can be pinned by')
    .action(async (given: Place & { readonly configured?: boolean; readonly json?: boolean }) => {
      const plugins = given.configured
        ? await configured(given)
        : ((await askServer(await stateDirOf(given), 'GET', '/plugins')) as Plugins).plugins
      print(given.json === true ? `${plainJson(plugins)}\n` : pluginsTable(plugins))
    })
}
