/** The kernel with the plugins and the settings that a configuration names. */
export { BOUNDS } from './bounded.ts'
export type { Bounds, SetAside, Spent } from './bounded.ts'
export { defaultPlugins, folderOf, loadPlugins, PluginError } from './load-plugins.ts'
export type { RunningPlugin } from './load-plugins.ts'
export { builtInPlugins } from './plugins.ts'
export { policyOf } from './policy.ts'
export { renderContainers, type RenderedContainers } from './render-containers.ts'
export { settingsOf } from './settings.ts'
