/** The kernel with the plugins and the settings that a configuration names. */
export { BOUNDS } from './bounded.ts'
export type { SetAside, Spent } from './bounded.ts'
export { defaultPlugins, folderOf, loadPlugins } from './load-plugins.ts'
export type { PluginRefused, RunningPlugin } from './load-plugins.ts'
export { policyOf } from './policy.ts'
export { renderContainers } from './render-containers.ts'
export { settingsOf } from './settings.ts'
