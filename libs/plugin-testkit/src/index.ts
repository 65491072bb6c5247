export { testPlugin } from './test-plugin.ts'
export type { Runner, TestPluginOptions } from './test-plugin.ts'
