export { testPlugin } from './test-plugin.ts'
export type { CheckName, Runner, Skip, TestPluginOptions } from './test-plugin.ts'
