import type { Command } from 'commander'
import type { Plugins, PluginView } from '@route-server/server'
import { plainJson } from '@route-server/server/plain-text'
import { askServer } from '@route-server/server/control-client'
import { stateDirOf, withPlace } from './place.ts'
import type { Place } from './place.ts'
import { pluginView } from './plugin-view.ts'
import { pluginsTable } from './plugins-table.ts'

/** Those that the configuration names, as they are before anybody asked them; without what they are pinned by, so that it can be seen. */
async function configured({ config: file }: Place): Promise<readonly PluginView[]> {
  const [{ folderOf, loadPlugins }, { loadConfig }] = await Promise.all([
    import('@route-server/assembly'),
    import('@route-server/config'),
  ])
  const config = loadConfig({ file })
  const unpinned = { ...config, plugins: config.plugins.map(({ name, options }) => ({ name, options })) }
  const plugins = await loadPlugins(unpinned, folderOf(file))
  const pinned = config.plugins.map(({ integrity }) => integrity)
  const views = plugins.map(pluginView).map((view, index) => ({
    ...view,
    ...(view.integrity !== undefined && { pinned: pinned[index] === view.integrity }),
  }))
  await Promise.all(plugins.map((plugin) => plugin.close()))
  return views
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
    .option('--configured', 'ask no server: load what the configuration names, whatever it pins')
    .action(async (given: Place & { readonly configured?: boolean; readonly json?: boolean }) => {
      const plugins = given.configured
        ? await configured(given)
        : ((await askServer(await stateDirOf(given), 'GET', '/plugins')) as Plugins).plugins
      print(given.json === true ? `${plainJson(plugins)}\n` : pluginsTable(plugins))
    })
}
